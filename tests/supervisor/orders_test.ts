import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import { firstGenome, genomeHash } from "../../src/genome/mod.ts";
import { type Behaviour, exception, settle, World } from "./fakes.ts";
import { requirement } from "./requirement.ts";

const never: Behaviour = () => new Promise(() => {});
const ada = { name: "ada", firstQuery: "begin" };

/** Whether a promise is settled by now. */
async function settled(promise: Promise<unknown>): Promise<boolean> {
  let done = false;
  promise.then(() => done = true, () => done = true);
  await settle();
  return done;
}

Deno.test("spawn() refuses a bad name, a taken one, and a genome over its size", () => {
  const world = new World(() => ({}));
  const refused = (act: () => unknown): string => assertThrows(() => act(), VivariumError).code;
  assertEquals(refused(() => world.supervisor.spawn({ ...ada, name: "A B" })), "bad-request");
  world.supervisor.spawn({ ...ada, ticking: false });
  assertEquals(refused(() => world.supervisor.spawn(ada)), "conflict");
  const genome = { ...firstGenome, methods: { ...firstGenome.methods }, attributes: {} };
  const big = { ...genome, state: "x".repeat(70_000) };
  const bob = { ...ada, name: "bob" };
  assertEquals(refused(() => world.supervisor.spawn({ ...bob, genome: big })), "too-large");
  assertEquals(world.store.agent("bob"), undefined);
});

Deno.test("spawn() starts from the genome of the spec, which is kept once, by its hash", async () => {
  const world = new World(() => ({}), { maxSteps: 1 });
  const genome = { ...firstGenome, methods: { ...firstGenome.methods }, state: 5, attributes: {} };
  const view = world.supervisor.spawn({ ...ada, genome });
  await world.finish();
  assertEquals(view.genome, genomeHash(genome));
  assertEquals(world.pool.births[0]?.genome.state, 5);
  assertEquals((view.spec as { genome?: unknown }).genome, undefined);
});

Deno.test("list() and look() show agents in start order, with life, age, phase and letters", async () => {
  const world = new World(() => ({}), { maxSteps: 3 });
  world.supervisor.spawn({ ...ada, name: "zoe" });
  world.supervisor.spawn({ ...ada, ticking: false });
  await world.pass(100);
  assertEquals(world.supervisor.list().map(({ name, phase, steps }) => [name, phase, steps]), [
    ["zoe", "finished", 3],
    ["ada", "idle", 0],
  ]);
  const { life, age, mailbox, pid, firstQuery } = world.supervisor.look("ada");
  assertEquals([life, age, mailbox, pid, firstQuery], [1, 0, 0, 1001, "begin"]);
  assertThrows(() => world.supervisor.look("eve"), VivariumError, "eve");
  await world.supervisor.shutdown();
});

Deno.test("pause() lets no further turn begin, resume() does; both are written and told once", async () => {
  const world = new World(() => ({}));
  world.supervisor.spawn({ ...ada, ticking: false });
  await settle();
  assertEquals(world.supervisor.pause("ada").status, "paused");
  world.supervisor.pause("ada");
  await world.supervisor.tell("ada", 1);
  await settle();
  assertEquals([world.pool.turns.length, world.store.agent("ada")?.status], [0, "paused"]);
  world.supervisor.resume("ada");
  await settle();
  assertEquals([world.pool.turns.length, world.store.agent("ada")?.status], [1, "running"]);
  assertEquals(world.told("agent.paused", "agent.resumed"), [
    "ada agent.paused",
    "ada agent.resumed",
  ]);
  await world.supervisor.shutdown();
});

Deno.test.each<[string, Behaviour, number]>([
  ["in the middle of a turn", never, 1],
  ["between turns", () => ({}), 0],
])(
  "kill() ends the life as an operator's doing, unpunished: %s",
  async (_name, behaviour, step) => {
    const world = new World(behaviour);
    world.supervisor.spawn({ ...ada, ticking: false });
    await settle();
    if (step > 0) await world.supervisor.tell("ada", 1);
    await settle();
    await world.supervisor.kill("ada");
    const [death] = world.store.deaths().items;
    assertEquals([death?.cause, death?.owner, death?.step], ["operator", "operator", step]);
    assertEquals(world.store.life("ada", 1)?.reward, 0);
    await world.pass(100);
    assertEquals([world.supervisor.look("ada").life, world.supervisor.look("ada").status], [
      2,
      "running",
    ]);
    await world.supervisor.shutdown();
  },
);

Deno.test.each<[string, number, string[]]>([
  ["the next one, if it begins soon", 400, ["exception", "operator"]],
  ["nothing, if it does not", 5000, ["exception"]],
])("kill() between two lives ends %s", async (_what, waitMs, causes) => {
  const world = new World(() => exception());
  world.supervisor.spawn({ ...ada, backoff: { minMs: waitMs, maxMs: waitMs, jitter: 0 } });
  await settle();
  assertEquals(world.supervisor.look("ada").phase, "backoff");
  const killed = world.supervisor.kill("ada");
  assertEquals(await settled(killed), false);
  await world.pass(1000);
  await killed;
  const { items } = world.store.deaths();
  assertEquals(items.map(({ cause }) => cause as string).reverse().slice(0, 2), causes);
  await world.supervisor.shutdown();
});

Deno.test("an order to kill that is still in wait leaves no timer behind when the house ends", async () => {
  const world = new World(() => exception());
  world.supervisor.spawn({ ...ada, backoff: { minMs: 5000, maxMs: 5000, jitter: 0 } });
  await settle();
  assertEquals(world.supervisor.look("ada").phase, "backoff");
  const killed = [world.supervisor.kill("ada"), world.supervisor.kill("ada")];
  await world.supervisor.shutdown();
  await Promise.all(killed);
  assertEquals(world.clock.pending, 0);
});

Deno.test("stop() waits for the turn under way, keeps its step, and closes the life", async () => {
  let finish: (() => void) | undefined;
  const world = new World(() => new Promise((resolve) => finish = () => resolve({})));
  world.supervisor.spawn(ada);
  await settle();
  const stopping = world.supervisor.stop("ada");
  assertEquals(await settled(stopping), false);
  finish?.();
  assertEquals((await stopping).status, "stopped");
  assertEquals(world.store.steps("ada").items.map(({ lived }) => lived), [true]);
  assertEquals(world.told("life.died", "agent.stopped", "agent.restarting"), [
    "ada#1.0 life.died operator",
    "ada agent.stopped",
  ]);
  assertEquals(world.pool.cells.every(({ killed }) => killed), true);
  await assertRejects(() => world.supervisor.tell("ada", 1), VivariumError);
});

Deno.test(
  requirement(8, "stop() kills a turn that does not end within the child's shutdown time"),
  async () => {
    const world = new World(never);
    world.supervisor.spawn({ ...ada, shutdownMs: 300 });
    await settle();
    const stopping = world.supervisor.stop("ada");
    await world.pass(299);
    assertEquals(await settled(stopping), false);
    world.clock.advance(1);
    await stopping;
    const [death] = world.store.deaths().items;
    assertEquals([death?.cause, death?.context, death?.step], ["operator", "shutdown", 1]);
  },
);

Deno.test(requirement(8, "stop() kills at once when the child's shutdown time is 0"), async () => {
  const world = new World(never);
  world.supervisor.spawn({ ...ada, shutdownMs: 0 });
  await settle();
  await world.supervisor.stop("ada");
  assertEquals(world.store.agent("ada")?.status, "stopped");
});

Deno.test("delete() frees the name; the next agent of that name lives later lives", async () => {
  const world = new World(() => ({}), { maxSteps: 1 });
  world.supervisor.spawn(ada);
  await world.finish();
  await world.supervisor.delete("ada");
  assertThrows(() => world.supervisor.look("ada"), VivariumError);
  world.supervisor.spawn({ ...ada, firstQuery: "again" });
  await world.pass(100);
  assertEquals(world.store.lives("ada").items.map(({ life }) => life), [1, 2]);
});

Deno.test(
  requirement(
    [8, 24],
    "shutdown() refuses what is new, closes lives last to first, kills cells; twice is once",
  ),
  async () => {
    const world = new World(() => ({}));
    for (const name of ["ada", "bob", "cyd"]) {
      world.supervisor.spawn({ ...ada, name, ticking: false });
    }
    await settle();
    const asked = assertRejects(() => world.supervisor.ask("cyd", 1), VivariumError);
    const [first, second] = [world.supervisor.shutdown(), world.supervisor.shutdown()];
    assertEquals(first === second, true);
    assertThrows(() => world.supervisor.tell("ada", 1), VivariumError, "shutting down");
    assertThrows(() => world.supervisor.spawn({ ...ada, name: "dee" }), VivariumError);
    await Promise.all([first, second, asked]);
    assertEquals(
      world.told("life.died"),
      [
        "cyd#1.0 life.died shutdown",
        "bob#1.0 life.died shutdown",
        "ada#1.0 life.died shutdown",
      ].sort().reverse(),
    );
    assertEquals([world.pool.closed, world.pool.cells.every(({ killed }) => killed)], [1, true]);
    // They come back with the house: nobody stopped them.
    assertEquals(world.store.agents().items.map(({ status }) => status), Array(3).fill("running"));
    assertEquals(await world.supervisor.ended, "shutdown");
  },
);

/** When the cell of each agent was killed, in milliseconds from now on. */
async function killsOf(world: World, names: readonly string[], ms: number) {
  const kills: Record<string, number> = {};
  for (let at = 0; at <= ms; at += 50) {
    for (const name of names) if (world.pool.cellOf(name).killed) kills[name] ??= at;
    await world.pass(50);
  }
  return kills;
}

Deno.test(
  requirement([8, 24], "shutdown() asks, waits and kills child by child, last to first"),
  async () => {
    const world = new World(never);
    world.supervisor.spawn({ ...ada, shutdownMs: 300 });
    world.supervisor.spawn({ ...ada, name: "bob", shutdownMs: 200 });
    world.supervisor.spawn({ ...ada, name: "cyd", shutdown: "brutal_kill" });
    world.supervisor.spawn({ ...ada, name: "dee", shutdownMs: 100 });
    await settle();
    const down = world.supervisor.shutdown();
    assertEquals(await killsOf(world, ["ada", "bob", "cyd", "dee"], 600), {
      dee: 100,
      cyd: 100,
      bob: 300,
      ada: 600,
    });
    await down;
    assertEquals(world.told("life.died"), [
      "dee#1.1 life.died shutdown",
      "cyd#1.1 life.died shutdown",
      "bob#1.1 life.died shutdown",
      "ada#1.1 life.died shutdown",
    ]);
  },
);

Deno.test(
  requirement(
    [1, 8],
    "shutdown() ends a supervisor before those that started before it, and a pool at once",
  ),
  async () => {
    const world = new World(never);
    const spec = { firstQuery: "begin", shutdownMs: 100 };
    const spawn = (name: string, home: { readonly supervisor?: string } = {}): void =>
      void world.supervisor.spawn({ ...spec, name, ...home });
    spawn("a");
    world.supervisor.supervisors.add({ name: "pack", strategy: "one_for_one" });
    const pool = { strategy: "simple_one_for_one", template: spec } as const;
    world.supervisor.supervisors.add({ name: "pool", ...pool });
    spawn("d");
    for (const name of ["b", "c"]) spawn(name, { supervisor: "pack" });
    for (const name of ["x", "y", "z"]) spawn(name, { supervisor: "pool" });
    await settle();
    const down = world.supervisor.shutdown();
    assertEquals(await killsOf(world, ["a", "b", "c", "d", "x", "y", "z"], 500), {
      d: 100,
      ...{ x: 200, y: 200, z: 200 },
      ...{ c: 300, b: 400 },
      a: 500,
    });
    await down;
  },
);

Deno.test(
  requirement(
    24,
    "shutdown() kills whoever is left when its time is over, but not who may take for ever",
  ),
  async () => {
    let end = (): void => {};
    const world = new World((turn, powers, life) =>
      life.agent === "x"
        ? new Promise((resolve) => end = () => resolve({}))
        : never(turn, powers, life)
    );
    const names = Array.from({ length: 20 }, (_, at) => `a${at}`);
    for (const name of names) world.supervisor.spawn({ ...ada, name, shutdownMs: 1000 });
    world.supervisor.spawn({ ...ada, name: "x", shutdown: "infinity" });
    await settle();
    const down = world.supervisor.shutdown();
    await world.pass(5950);
    assertEquals(world.pool.cells.filter(({ killed }) => killed).length, 0);
    await world.pass(50);
    assertEquals(world.pool.cells.filter(({ killed }) => killed).length, 20);
    await world.pass(60_000, 1000);
    assertEquals(await settled(down), false);
    end();
    await down;
    assertEquals(world.store.steps("x").items.map(({ lived }) => lived), [true]);
  },
);

Deno.test(
  requirement(
    24,
    "a house that goes down begins no turn but those that a turn under way waits for",
  ),
  async () => {
    let go = (): void => {};
    const gone = new Promise<void>((resolve) => go = resolve);
    const world = new World(async (_turn, powers, { agent }) => {
      if (agent !== "bob") return { returned: "here" };
      await gone;
      return { returned: await powers.ask("ada", "are you there?") };
    });
    world.supervisor.spawn({ ...ada, ticking: false });
    world.supervisor.spawn({ ...ada, name: "cyd" });
    world.supervisor.spawn({ ...ada, name: "bob" });
    await settle();
    const steps = (): number => world.store.steps("cyd").items.length;
    const before = steps();
    assertEquals(before > 0, true);
    const down = world.supervisor.shutdown();
    await settle(50);
    // Its turn under way is over; bob's is not, and it comes first.
    assertEquals(steps() <= before + 1, true);
    assertEquals(world.store.life("cyd", 1)?.end, null);
    go();
    await down;
    const [step] = world.store.steps("bob").items;
    assertEquals([step?.lived, step?.returned], [true, "here"]);
    assertEquals(world.store.steps("ada").items.length, 1);
  },
);

Deno.test("shutdown() ends an agent in backoff, one under way, and one being born", async () => {
  const world = new World((turn, powers, life) =>
    life.agent === "ada" ? exception() : never(turn, powers, life)
  );
  world.supervisor.spawn({ ...ada, backoff: { minMs: 60_000, maxMs: 60_000 } });
  world.supervisor.spawn({ ...ada, name: "bob", shutdownMs: 100 });
  await settle();
  world.supervisor.spawn({ ...ada, name: "cyd" });
  const down = world.supervisor.shutdown();
  await world.pass(200);
  await down;
  assertEquals(world.store.deaths().items.map(({ agent, cause }) => `${agent} ${cause}`).sort(), [
    "ada exception",
    "bob shutdown",
  ]);
  assertEquals(world.store.lives("ada").items.length, 1);
});

Deno.test(
  requirement(24, "shutdown() does not wait for ever on a database that takes nothing"),
  async () => {
    const world = new World(() => ({}));
    world.supervisor.spawn({ ...ada, ticking: false, shutdownMs: 100 });
    await settle();
    world.store.commit = () => {
      throw new VivariumError("database", "the disk is full");
    };
    const down = world.supervisor.shutdown();
    await world.pass(6000, 500);
    await down;
  },
);

Deno.test("too many restarts escalate: all children stop, then the supervisor, and it is told", async () => {
  const world = new World(
    (_turn, _powers, { agent }) => agent === "bob" ? exception() : { returned: 1 },
    { spec: { intensity: 3, periodMs: 60_000 } },
  );
  world.supervisor.spawn({ ...ada, ticking: false });
  world.supervisor.spawn({ ...ada, name: "bob", backoff: { minMs: 1, maxMs: 1 } });
  const { finished, ended } = world.supervisor;
  const first = Promise.race([finished, ended]);
  await world.pass(1000);
  assertEquals(await first, "escalated");
  assertEquals(world.store.deaths({ agent: "bob" }).items.map(({ cause }) => cause), [
    "exception",
    "exception",
    "exception",
    "exception",
  ]);
  assertEquals(world.store.deaths({ agent: "ada" }).items.map(({ cause }) => cause), ["shutdown"]);
  assertEquals(world.told("supervisor.escalated"), ["house supervisor.escalated"]);
});

Deno.test(requirement(5, "births that never succeed escalate, too"), async () => {
  const world = new World(() => ({}), { spec: { intensity: 5, periodMs: 60_000 } });
  world.pool.broken = "no process starts";
  world.supervisor.spawn(ada);
  await world.pass(3000);
  assertEquals(await world.supervisor.ended, "escalated");
  assertEquals(world.store.deaths().items.length, 6);
});

Deno.test(requirement(7, "the supervisor answers while restarts loop"), async () => {
  const world = new World(() => exception(), { spec: { intensity: 1e6 } });
  world.supervisor.spawn({ ...ada, backoff: { minMs: 0, maxMs: 0 } });
  await settle(50);
  assertEquals(world.supervisor.list().length, 1);
  await world.supervisor.stop("ada");
  assertEquals(world.supervisor.look("ada").status, "stopped");
});
