import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import type { ChildSpecInput, NestedSpecInput } from "../../src/supervisor/mod.ts";
import { type Behaviour, exception, settle, World } from "./fakes.ts";
import { requirement } from "./requirement.ts";

const backoff = { minMs: 100, maxMs: 100, jitter: 0 };

/** Agents that die when they are told to, under a supervisor named `pack`. */
async function pack(
  spec: Partial<NestedSpecInput>,
  children: readonly (Partial<ChildSpecInput> & { name: string })[] = [
    { name: "a" },
    { name: "b" },
    { name: "c" },
  ],
  behaviour: Behaviour = ({ letter }) => letter.body === "die" ? exception() : {},
): Promise<World> {
  const world = new World(behaviour);
  world.supervisor.supervisors.add({ name: "pack", ...spec });
  for (const child of children) {
    const rest = { firstQuery: "begin", ticking: false, supervisor: "pack", backoff };
    world.supervisor.spawn({ ...rest, ...child });
  }
  await settle();
  world.events.length = 0;
  return world;
}

/** Lives that began and ended, in short. */
function fates(world: World): string[] {
  return world.told("life.started", "life.died", "agent.stopped", "supervisor.escalated");
}

Deno.test(requirement(1, "one_for_one brings back the dead one alone"), async () => {
  const world = await pack({});
  await world.supervisor.tell("b", "die");
  await world.pass(300);
  assertEquals(fates(world), ["b#1.1 life.died exception", "b#2 life.started"]);
  await world.supervisor.shutdown();
});

Deno.test(
  requirement([1, 8], "one_for_all stops the others in reverse, waits, and starts all in order"),
  async () => {
    const world = await pack({ strategy: "one_for_all" });
    await world.supervisor.tell("b", "die");
    await settle();
    const stopped = [
      "b#1.1 life.died exception",
      "c#1.0 life.died shutdown",
      "a#1.0 life.died shutdown",
    ];
    assertEquals(fates(world), stopped);
    assertEquals(world.supervisor.list().map(({ phase }) => phase), [
      "backoff",
      "backoff",
      "backoff",
    ]);
    await world.pass(300);
    const started = ["a#2 life.started", "b#2 life.started", "c#2 life.started"];
    assertEquals(fates(world), [...stopped, ...started]);
    // Whoever was stopped along is not to blame.
    const rewards = ["a", "b", "c"].map((name) => world.store.life(name, 1)?.reward ?? 0);
    assert(rewards[1]! < 0);
    assertEquals([rewards[0], rewards[2]], [0, 0]);
    await world.supervisor.shutdown();
  },
);

Deno.test(
  requirement(1, "rest_for_one takes along those that were started after the dead one"),
  async () => {
    const world = await pack({ strategy: "rest_for_one" });
    await world.supervisor.tell("b", "die");
    await world.pass(300);
    assertEquals(fates(world), [
      "b#1.1 life.died exception",
      "c#1.0 life.died shutdown",
      "b#2 life.started",
      "c#2 life.started",
    ]);
    await world.supervisor.shutdown();
  },
);

Deno.test(
  requirement(3, "a temporary sibling that a round stops is not restarted: its spec is dropped"),
  async () => {
    const world = await pack({ strategy: "one_for_all" }, [
      { name: "a" },
      { name: "b", restart: "temporary" },
    ]);
    await world.supervisor.tell("a", "die");
    await world.pass(300);
    assertEquals(fates(world), [
      "a#1.1 life.died exception",
      "b#1.0 life.died shutdown",
      "b agent.stopped",
      "a#2 life.started",
    ]);
    const { children } = world.supervisor.supervisors.look("pack");
    assertEquals(children.map(({ name, phase }) => [name, phase]), [["a", "up"]]);
    assertEquals(world.supervisor.look("b").status, "stopped");
    await world.supervisor.shutdown();
  },
);

Deno.test(
  requirement(
    8,
    "a round waits for a sibling's step under way as long as its spec says, then kills",
  ),
  async () => {
    let finish: (() => void) | undefined;
    const world = await pack(
      { strategy: "one_for_all" },
      [{ name: "a" }, { name: "b", shutdown: 400 }],
      ({ letter }) => {
        if (letter.body === "die") return exception();
        return new Promise((resolve) => finish = () => resolve({}));
      },
    );
    await world.supervisor.tell("b", "long");
    await settle();
    await world.supervisor.tell("a", "die");
    await world.pass(350);
    assert(finish !== undefined);
    assertEquals(fates(world), ["a#1.1 life.died exception"]);
    await world.pass(300);
    assertEquals(fates(world).slice(1), [
      "b#1.1 life.died shutdown",
      "a#2 life.started",
      "b#2 life.started",
    ]);
    // What was cut off comes again: nothing that was accepted is lost.
    assertEquals(world.pool.turns.filter(({ letter }) => letter.body === "long").length, 2);
    finish();
    await settle();
    await world.supervisor.shutdown();
  },
);

Deno.test(
  requirement(
    4,
    "too many restarts stop the supervisor's children in reverse; the one above starts it again",
  ),
  async () => {
    const world = await pack({ intensity: 1, periodMs: 60_000, backoff });
    world.supervisor.spawn({ name: "out", firstQuery: "begin", ticking: false });
    await world.supervisor.tell("b", "die");
    await world.pass(300);
    world.events.length = 0;
    await world.supervisor.tell("b", "die");
    await settle();
    assertEquals(fates(world), [
      "b#2.1 life.died exception",
      "house supervisor.escalated",
      "c#1.0 life.died shutdown",
      "a#1.0 life.died shutdown",
    ]);
    assertEquals(
      world.events.find(({ kind }) => kind === "supervisor.escalated")?.data["supervisor"],
      "pack",
    );
    world.events.length = 0;
    await world.pass(300);
    assertEquals(fates(world), ["a#2 life.started", "b#3 life.started", "c#2 life.started"]);
    assertEquals(world.supervisor.look("out").life, 1);
    assertEquals(world.supervisor.supervisors.look("pack").phase, "up");
    await world.supervisor.shutdown();
  },
);

Deno.test("a transient supervisor that gives up stays down, and its agents are stopped for good", async () => {
  const world = await pack({ intensity: 0, restart: "transient" });
  await world.supervisor.tell("b", "die");
  await world.pass(300);
  assertEquals(world.supervisor.list().map(({ status }) => status), [
    "stopped",
    "stopped",
    "stopped",
  ]);
  assertEquals(world.supervisor.supervisors.look("pack").phase, "ended");
  await world.supervisor.shutdown();
});

Deno.test("a temporary supervisor that gives up is gone, and its agents are stopped for good", async () => {
  const world = await pack({ intensity: 0, restart: "temporary" });
  await world.supervisor.tell("a", "die");
  await world.pass(300);
  assertEquals(world.supervisor.list().map(({ status }) => status), [
    "stopped",
    "stopped",
    "stopped",
  ]);
  assertEquals(world.supervisor.supervisors.list().map(({ name }) => name), ["root"]);
  assertEquals(world.store.getMeta("supervisors"), []);
  await world.supervisor.shutdown();
});

Deno.test(requirement(10, "the end of a significant child ends its supervisor"), async () => {
  const world = await pack({ autoShutdown: "any_significant", restart: "temporary" }, [
    { name: "a" },
    { name: "b", restart: "temporary", significant: true },
  ]);
  await world.supervisor.tell("b", "die");
  await world.pass(100);
  assertEquals(world.supervisor.supervisors.list().length, 1);
  assertEquals(world.supervisor.look("a").status, "stopped");
  await world.supervisor.shutdown();
});

Deno.test("supervisors nest: a round of the outer one stops and starts the inner one with its agents", async () => {
  const world = new World(({ letter }) => letter.body === "die" ? exception() : {});
  const { supervisors } = world.supervisor;
  supervisors.add({ name: "outer", strategy: "rest_for_one" });
  const rest = { firstQuery: "begin", ticking: false, backoff };
  world.supervisor.spawn({ ...rest, name: "first", supervisor: "outer" });
  supervisors.add({ name: "inner", supervisor: "outer", strategy: "one_for_all" });
  world.supervisor.spawn({ ...rest, name: "x", supervisor: "inner" });
  world.supervisor.spawn({ ...rest, name: "y", supervisor: "inner" });
  await settle();
  assertEquals(supervisors.list().map(({ name, supervisor }) => [name, supervisor]), [
    ["root", null],
    ["outer", "root"],
    ["inner", "outer"],
  ]);
  world.events.length = 0;
  await world.supervisor.tell("first", "die");
  await world.pass(300);
  assertEquals(fates(world), [
    "first#1.1 life.died exception",
    "y#1.0 life.died shutdown",
    "x#1.0 life.died shutdown",
    "first#2 life.started",
    "x#2 life.started",
    "y#2 life.started",
  ]);
  assertEquals(world.store.deaths({ agent: "x" }).items[0]?.supervisor, "inner");
  await world.supervisor.shutdown();
});

Deno.test(
  requirement(
    [5, 6, 9],
    "a birth that fails while a supervisor starts again fails that start, and is tried again",
  ),
  async () => {
    const world = await pack({ intensity: 0, backoff }, [{ name: "a" }, { name: "b" }]);
    let fail = 2;
    world.pool.stillborn = ({ agent }) =>
      agent === "b" && fail-- > 0
        ? { fault: { kind: "exception", message: "stillborn" } }
        : undefined;
    await world.supervisor.tell("a", "die");
    await world.pass(1000);
    assertEquals(fates(world).filter((line) => !line.includes("escalated")), [
      "a#1.1 life.died exception",
      "b#1.0 life.died shutdown",
      "a#2 life.started",
      "b#2.0 life.died spawn",
      "a#2.0 life.died shutdown",
      "a#3 life.started",
      "b#3.0 life.died spawn",
      "a#3.0 life.died shutdown",
      "a#4 life.started",
      "b#4 life.started",
    ]);
    await world.supervisor.shutdown();
  },
);

Deno.test("remove() stops a supervisor's agents last to first, and forgets it", async () => {
  const world = await pack({});
  await world.supervisor.supervisors.remove("pack");
  await settle();
  assertEquals(fates(world).filter((line) => line.includes("died")), [
    "c#1.0 life.died shutdown",
    "b#1.0 life.died shutdown",
    "a#1.0 life.died shutdown",
  ]);
  assertEquals(world.supervisor.list().map(({ status }) => status), [
    "stopped",
    "stopped",
    "stopped",
  ]);
  assertThrows(() => world.supervisor.supervisors.look("pack"), VivariumError, "pack");
  await assertRejects(() => world.supervisor.supervisors.remove("root"), VivariumError, "root");
  await world.supervisor.shutdown();
});

Deno.test("restore() brings the tree back as it was, agents under their supervisors", async () => {
  const world = await pack({ strategy: "one_for_all" }, [{ name: "a" }, { name: "b" }]);
  world.supervisor.supervisors.add({ name: "deep", supervisor: "pack" });
  await world.supervisor.shutdown();
  const again = new World(({ letter }) => letter.body === "die" ? exception() : {}, {
    store: world.store,
  });
  again.supervisor.restore();
  await settle();
  assertEquals(
    again.supervisor.supervisors.list().map(({ name, children }) => [
      name,
      children.map((child) => child.name).sort(),
    ]),
    [["root", ["pack"]], ["pack", ["a", "b", "deep"]], ["deep", []]],
  );
  await again.supervisor.tell("a", "die");
  await again.pass(300);
  assertEquals(again.supervisor.look("b").life, 3);
  await again.supervisor.shutdown();
});

Deno.test(
  requirement(
    [7, 20],
    "a stopped sibling's letters wait for its next life; the house answers meanwhile",
  ),
  async () => {
    const world = await pack({ strategy: "one_for_all" });
    await world.supervisor.tell("a", "die");
    await settle();
    assertEquals(world.supervisor.look("b").phase, "backoff");
    const answer = world.supervisor.ask("b", "hello");
    assertEquals(world.supervisor.supervisors.look("pack").children.map(({ phase }) => phase), [
      "waiting",
      "down",
      "down",
    ]);
    await world.pass(300);
    assertEquals(await answer, null);
    await world.supervisor.shutdown();
  },
);

Deno.test("stop() of one that waits for its round lets the others come back without it", async () => {
  const world = await pack({ strategy: "one_for_all" });
  await world.supervisor.tell("a", "die");
  await settle();
  await world.supervisor.stop("a");
  await world.pass(300);
  assertEquals(["a", "b", "c"].map((name) => world.supervisor.look(name).life), [1, 2, 2]);
  await world.supervisor.shutdown();
});

Deno.test(
  requirement(24, "shutdown() ends a house in the middle of a round, and no cell is left"),
  async () => {
    const world = await pack({ strategy: "one_for_all" });
    await world.supervisor.tell("a", "die");
    await settle(3);
    await world.supervisor.shutdown();
    assertEquals(world.pool.cells.filter(({ killed }) => !killed).length, 0);
    await world.pass(500);
    assertEquals(["a", "b", "c"].map((name) => world.supervisor.look(name).life), [1, 1, 1]);
  },
);

Deno.test.each<{ field: string; supervisor?: NestedSpecInput; agent?: Partial<ChildSpecInput> }>([
  { field: "strategy", supervisor: { name: "s", strategy: "all" as never } },
  { field: "name", supervisor: { name: "House" } },
  { field: "significant", supervisor: { name: "s", significant: true, restart: "temporary" } },
  { field: "significant", agent: { significant: true, restart: "temporary" } },
  { field: "shutdown", agent: { shutdown: -1 } },
  { field: "giveUp.deaths", agent: { giveUp: { deaths: 0, withinMs: 1 } } },
])(
  requirement(10, "a bad spec is refused by the name of the field: $field"),
  ({ field, supervisor, agent }) => {
    const world = new World(() => ({}));
    const error = assertThrows(
      () =>
        supervisor === undefined
          ? world.supervisor.spawn({ name: "ada", firstQuery: "begin", ...agent })
          : world.supervisor.supervisors.add(supervisor),
      VivariumError,
    );
    assertEquals([error.code, error.options.data?.["field"]], ["bad-request", field]);
    assertEquals([world.supervisor.list(), world.supervisor.supervisors.list().length], [[], 1]);
  },
);

Deno.test(requirement(10, "a permanent child that is significant contradicts itself"), () => {
  const world = new World(() => ({}), { spec: { autoShutdown: "any_significant" } });
  const spec = { name: "ada", firstQuery: "begin", significant: true };
  assertThrows(() => world.supervisor.spawn(spec), VivariumError, "restart");
});

Deno.test("names are one's own: agents and supervisors share them", async () => {
  const world = await pack({}, [{ name: "a" }]);
  const conflict = (act: () => unknown): string => assertThrows(act, VivariumError).code;
  assertEquals(conflict(() => world.supervisor.supervisors.add({ name: "a" })), "conflict");
  assertEquals(
    conflict(() => world.supervisor.spawn({ name: "pack", firstQuery: "begin" })),
    "conflict",
  );
  const lost = { name: "z", firstQuery: "begin", supervisor: "nobody" };
  assertEquals(conflict(() => world.supervisor.spawn(lost)), "not-found");
  await world.supervisor.shutdown();
});

Deno.test(
  requirement(12, "after so many deaths within the time an agent stays down, failed, and says so"),
  async () => {
    const giveUp = { deaths: 3, withinMs: 10_000 };
    const world = await pack({}, [{ name: "a", giveUp, backoff }]);
    for (let death = 0; death < 3; death++) {
      await world.supervisor.tell("a", "die");
      await world.pass(300);
    }
    assertEquals(world.told("agent.failed"), ["a agent.failed"]);
    assertEquals([world.supervisor.look("a").status, world.supervisor.look("a").life], [
      "failed",
      3,
    ]);
    const error = await assertRejects(() => world.supervisor.tell("a", "more"), VivariumError);
    assertEquals(error.code, "unavailable");
    await world.supervisor.shutdown();
  },
);
