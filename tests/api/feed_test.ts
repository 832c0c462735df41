import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { EventKind } from "../../src/core/events.ts";
import { EventFeed, type EventFilter } from "../../src/api/events/feed.ts";
import { FakeHouse } from "./support.ts";

const now = Promise.resolve();
const kinds: EventKind[] = ["step.committed", "life.died", "life.started"];

/** Reads until nothing is left. */
async function readAll(feed: EventFeed): Promise<number[]> {
  const ids: number[] = [];
  for (;;) {
    const events = await feed.next(now);
    if (events.length === 0) return ids;
    ids.push(...events.map(({ id }) => id));
  }
}

Deno.test("a feed gives every event after its first once and in order, however fast it is read", async () => {
  const action = fc.oneof(
    fc.record({
      do: fc.constant("happen" as const),
      count: fc.integer({ min: 1, max: 12 }),
      kind: fc.constantFrom(...kinds),
      agent: fc.constantFrom("ada", "bob"),
    }),
    fc.record({ do: fc.constant("read" as const) }),
    fc.record({ do: fc.constant("cut" as const) }),
  );
  const filter = fc.record({
    agent: fc.constantFrom("ada", "bob"),
    kinds: fc.constantFrom(["step.committed"], ["life.died", "life.started"]),
  }, { requiredKeys: [] });
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { maxLength: 40 }),
      filter,
      fc.integer({ min: 1, max: 6 }),
      async (actions, filter, capacity) => {
        using house = new FakeHouse();
        const { store, bus } = house;
        const open = (after: number): EventFeed =>
          new EventFeed({ store, bus, filter: filter as EventFilter, after, capacity });
        let feed = open(0);
        const seen: number[] = [];
        for (const step of actions) {
          if (step.do === "happen") {
            const { kind, agent } = step;
            house.happen(...Array.from({ length: step.count }, () => ({ kind, agent, data: {} })));
          } else if (step.do === "read") {
            seen.push(...(await feed.next(now)).map(({ id }) => id));
          } else {
            feed.close();
            feed = open(seen.at(-1) ?? 0);
          }
        }
        seen.push(...await readAll(feed));
        feed.close();
        const wanted = store.events({ ...filter as EventFilter, limit: 1000 });
        assertEquals(seen, wanted.map(({ id }) => id));
      },
    ),
    { numRuns: 150 },
  );
});

Deno.test("a feed wakes a reader who waits, and closing answers with nothing", async () => {
  using house = new FakeHouse();
  const feed = new EventFeed({ store: house.store, bus: house.bus, filter: {}, after: 0 });
  const never = new Promise<void>(() => {});
  const first = feed.next(never);
  house.happen({ kind: "house.started", data: {} });
  assertEquals((await first).map(({ id }) => id), [1]);
  const second = feed.next(never);
  feed.close();
  assertEquals(await second, []);
  house.happen({ kind: "house.stopped", data: {} });
  assertEquals(await feed.next(never), []);
});

Deno.test("a feed that nobody reads keeps no more than its capacity", async () => {
  using house = new FakeHouse();
  let reads = 0;
  const store = {
    events: (query: Parameters<typeof house.store.events>[0]) => {
      reads++;
      return house.store.events(query);
    },
    lastEvent: () => house.store.lastEvent(),
  };
  const feed = new EventFeed({ store, bus: house.bus, filter: {}, after: 0, capacity: 10 });
  assertEquals(await feed.next(now), []);
  for (let n = 0; n < 1000; n++) house.happen({ kind: "house.degraded", data: { n } });
  assertEquals(reads, 1);
  assertEquals([feed.takeLag(), feed.takeLag()], [1000, undefined]);
  assertEquals((await readAll(feed)).length, 1000);
  // 1000 events come in batches; a reader who keeps up is served without the store.
  const caughtUp = reads;
  assert(caughtUp > 4, `${caughtUp}`);
  house.happen({ kind: "house.stopped", data: {} });
  assertEquals((await readAll(feed)).length, 1);
  assertEquals([reads, feed.takeLag()], [caughtUp, undefined]);
  feed.close();
});

Deno.test("an event that is published after it was read from the store is not given again", async () => {
  using house = new FakeHouse();
  const feed = new EventFeed({ store: house.store, bus: house.bus, filter: {}, after: 0 });
  assertEquals(await feed.next(now), []);
  const committed = house.store.commit({
    events: [{ kind: "house.started", data: {} }, { kind: "house.degraded", data: {} }],
  });
  feed.close();
  const late = new EventFeed({ store: house.store, bus: house.bus, filter: {}, after: 0 });
  assertEquals((await late.next(now)).map(({ id }) => id), [1, 2]);
  for (const event of committed) house.bus.publish(event);
  house.happen({ kind: "house.stopped", data: {} });
  assertEquals((await late.next(now)).map(({ id }) => id), [3]);
  late.close();
});
