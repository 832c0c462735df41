import { assertEquals, assertThrows } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import { firstGenome, genomeHash } from "../../src/genome/mod.ts";
import { forkSpec, type NestedSpecInput, type SpawnInput } from "../../src/supervisor/mod.ts";
import { exception, settle, World } from "./fakes.ts";
import { requirement } from "./requirement.ts";

const template = {
  firstQuery: "sing",
  restart: "transient",
  ticking: false,
  shutdownMs: 100,
  limits: { stepMs: 500 },
  backoff: { minMs: 100, maxMs: 100, jitter: 0 },
} as const;
const choir: NestedSpecInput = { name: "choir", strategy: "simple_one_for_one", template };

/** A house with a pool in it. */
function withPool(pool: NestedSpecInput = choir): World {
  const world = new World(({ letter }) => letter.body === "die" ? exception() : {});
  world.supervisor.supervisors.add(pool);
  return world;
}

function specOf(world: World, name: string): Record<string, unknown> {
  return world.supervisor.look(name).spec as Record<string, unknown>;
}

Deno.test(
  requirement(1, "the agents of a pool all come of its template, each with what it starts with"),
  async () => {
    const world = withPool();
    const own = { ...firstGenome, state: { voice: "alto" } };
    world.supervisor.spawn({ name: "a", supervisor: "choir" });
    world.supervisor.spawn({ name: "b", supervisor: "choir", firstQuery: "hum", genome: own });
    await settle();
    const { firstGenome: hash, firstQuery, name, ...rest } = specOf(world, "b");
    assertEquals([name, firstQuery, hash], ["b", "hum", genomeHash(own)]);
    const { firstGenome: _, ...first } = specOf(world, "a");
    assertEquals(first, { ...rest, name: "a", firstQuery: "sing" });
    const { restart, ticking, shutdownMs, limits, backoff } = rest;
    assertEquals({ restart, ticking, shutdownMs, limits }, {
      restart: "transient",
      ticking: false,
      shutdownMs: 100,
      limits: { stepMs: 500 },
    });
    assertEquals((backoff as { minMs: number }).minMs, 100);
    // Each for itself, and all at once in the end.
    await world.supervisor.tell("a", "die");
    await world.pass(300);
    assertEquals(["a", "b"].map((each) => world.supervisor.look(each).life), [2, 1]);
    await world.supervisor.shutdown();
  },
);

Deno.test.each<{ field: string; input: Partial<SpawnInput> }>([
  { field: "restart", input: { restart: "permanent" } },
  { field: "limits", input: { limits: { stepMs: 600 } } },
  { field: "ticking", input: { ticking: true } },
  { field: "powers", input: { powers: ["files"] } },
  { field: "shutdown", input: { shutdown: "infinity" } },
  { field: "firstQuery", input: { firstQuery: 7 as never } },
])(
  requirement([1, 10], "an agent of a pool is refused what its template says otherwise: $field"),
  async ({ field, input }) => {
    const world = withPool();
    const error = assertThrows(
      () => world.supervisor.spawn({ name: "a", supervisor: "choir", ...input }),
      VivariumError,
    );
    assertEquals([error.code, error.options.data?.["field"]], ["bad-request", field]);
    assertEquals(world.supervisor.list(), []);
    // What it says alike is no matter.
    world.supervisor.spawn({ name: "b", supervisor: "choir", restart: "transient" });
    await world.supervisor.shutdown();
  },
);

Deno.test.each<{ field: string; pool: NestedSpecInput }>([
  { field: "template", pool: { ...choir, strategy: "one_for_one" } },
  { field: "template.restart", pool: { ...choir, template: { restart: "daily" as never } } },
  { field: "significant", pool: { ...choir, template: { ...template, significant: true } } },
])(
  requirement(10, "a pool's bad template is refused by the name of the field: $field"),
  (given) => {
    const world = new World(() => ({}));
    const error = assertThrows(() => world.supervisor.supervisors.add(given.pool), VivariumError);
    assertEquals([error.code, error.options.data?.["field"]], ["bad-request", given.field]);
    assertEquals(world.supervisor.supervisors.list().length, 1);
  },
);

Deno.test("a pool has agents only: no supervisor is started in it", async () => {
  const world = withPool();
  const error = assertThrows(
    () => world.supervisor.supervisors.add({ name: "tenors", supervisor: "choir" }),
    VivariumError,
  );
  assertEquals([error.code, error.options.data], ["bad-request", { field: "supervisor" }]);
  await world.supervisor.shutdown();
});

Deno.test(
  requirement(1, "a pool, its template and its agents come back with the house"),
  async () => {
    const world = withPool();
    world.supervisor.spawn({ name: "a", supervisor: "choir" });
    await settle();
    await world.supervisor.shutdown();
    const again = new World(() => ({}), { store: world.store });
    again.supervisor.restore();
    again.supervisor.spawn({ name: "b", supervisor: "choir" });
    again.supervisor.spawn(forkSpec(again.store, "a", "c"));
    await settle();
    const { template: kept, children } = again.supervisor.supervisors.look("choir");
    assertEquals((kept as { firstQuery: string }).firstQuery, "sing");
    assertEquals(children.map(({ name, phase }) => `${name} ${phase}`), ["a up", "b up", "c up"]);
    assertEquals(["a", "b", "c"].map((name) => specOf(again, name)["restart"]), [
      "transient",
      "transient",
      "transient",
    ]);
    await again.supervisor.shutdown();
  },
);
