import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { VivariumError } from "../../src/core/errors.ts";
import { openStore, type Page, type PageQuery, type Store } from "../../src/store/mod.ts";
import { agentRow, deathRow, first, lifeRow, stepRow } from "./support.ts";

function filled(): Store {
  const store = openStore(":memory:");
  const causes = ["exception", "hang", "harm"] as const;
  const names = ["ada", "bob", "cyd"];
  store.commit({
    genomes: [first],
    agents: names.map((name, ordinal) => agentRow(name, { ordinal: ordinal >> 1 })),
  });
  for (const name of names) {
    for (let life = 1; life <= 12; life++) {
      store.commit({
        lives: [lifeRow(name, life, { end: "death", endedAtMs: 1 })],
        steps: [1, 2, 3].map((step) => stepRow(name, life, step)),
        deaths: [deathRow(name, life, causes[life % 3] ?? "hang")],
        events: [{ kind: "life.died", agent: name, life, data: {} }],
      });
    }
  }
  return store;
}

const lists: { name: string; read: (store: Store, query: PageQuery) => Page<unknown> }[] = [
  { name: "agents", read: (store, query) => store.agents(query) },
  { name: "lives", read: (store, query) => store.lives("bob", query) },
  { name: "steps", read: (store, query) => store.steps("bob", query) },
  { name: "steps of a life", read: (store, query) => store.steps("bob", { life: 3, ...query }) },
  { name: "deaths", read: (store, query) => store.deaths(query) },
  { name: "deaths of an agent", read: (store, query) => store.deaths({ agent: "cyd", ...query }) },
  { name: "deaths of a cause", read: (store, query) => store.deaths({ cause: "harm", ...query }) },
];

Deno.test.each(lists)("$name: pages of any size make up the whole list", ({ read }) => {
  const store = filled();
  const whole = read(store, { limit: 1000 });
  assertEquals(whole.next, null);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), (limit) => {
      const items: unknown[] = [];
      let cursor: string | null | undefined;
      while (cursor !== null) {
        const page: Page<unknown> = read(
          store,
          cursor === undefined ? { limit } : { limit, cursor },
        );
        items.push(...page.items);
        cursor = page.next;
      }
      assertEquals(items, whole.items);
    }),
    { numRuns: 15 },
  );
  store.close();
});

Deno.test("a page neither repeats nor skips when deaths come in between", () => {
  const store = filled();
  const page = store.deaths({ limit: 5 });
  store.commit({ lives: [lifeRow("ada", 13)], deaths: [deathRow("ada", 13, "hang")] });
  const rest = store.deaths({ limit: 1000, cursor: page.next ?? "" });
  assertEquals(rest.items[0]?.id, (page.items.at(-1)?.id ?? 0) - 1);
  store.close();
});

Deno.test("a limit or a cursor that is none is a bad request", () => {
  const store = filled();
  const other = store.steps("bob", { limit: 1 }).next ?? "";
  const bad: PageQuery[] = [
    { limit: 0 },
    { limit: 1001 },
    { limit: 1.5 },
    { cursor: "" },
    { cursor: "%%%" },
    { cursor: "WyJhIl0" },
    { cursor: other },
  ];
  for (const query of bad) {
    assertEquals(
      assertThrows(() => store.deaths(query), VivariumError).code,
      "bad-request",
      JSON.stringify(query),
    );
  }
  store.close();
});

Deno.test("events() filters by agent, kind and cause, after an id", () => {
  const store = filled();
  store.commit({
    events: [
      { kind: "step.committed", agent: "ada", life: 1, step: 1, data: {} },
      { kind: "life.died", agent: "ada", life: 1, cause: "harm", data: { owner: "agent" } },
    ],
  });
  const ids = (query: Parameters<Store["events"]>[0]): number[] =>
    store.events(query).map(({ id }) => id);
  assertEquals(ids({ after: 36 }), [37, 38]);
  assertEquals(ids({ cause: "harm" }), [38]);
  assertEquals(ids({ agent: "ada", kinds: ["step.committed"] }), [37]);
  assertEquals(ids({ kinds: [] }), []);
  assertEquals(ids({ after: 10, limit: 2 }), [11, 12]);
  assertEquals(store.events({ cause: "harm" })[0]?.data, { owner: "agent" });
  store.close();
});
