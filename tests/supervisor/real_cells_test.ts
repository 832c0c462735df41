import { assert, assertEquals } from "@std/assert";
import { createCellPool, defaultCellLimits, denoSpawner, launchCell } from "../../src/cell/mod.ts";
import { systemClock } from "../../src/core/clock.ts";
import { EventBus } from "../../src/core/events.ts";
import { createModel } from "../../src/llm/mod.ts";
import { openStore, type Store } from "../../src/store/mod.ts";
import { Supervisor, type SupervisorOptions } from "../../src/supervisor/mod.ts";

const dist = decodeURIComponent(new URL("../../workers/dist", import.meta.url).pathname);

/** A script for each agent. */
type Script = Readonly<Record<string, readonly string[]>>;

/** A supervisor over real cells and a real database, with a scripted model; `open` spawns nobody. */
function open(store: Store, script: Script, options: Partial<SupervisorOptions> = {}): Supervisor {
  const lines = Object.entries(script).flatMap(([agent, responses]) =>
    responses.map((response) => JSON.stringify({ agent, response }))
  );
  return new Supervisor({
    clock: systemClock,
    store,
    pool: createCellPool({
      size: 1,
      launch: (limits) =>
        launchCell({ clock: systemClock, spawn: denoSpawner, deno: Deno.execPath(), dist }, limits),
    }),
    model: createModel("scripted:lines", { readText: () => lines.join("\n") }),
    bus: new EventBus(),
    seed: 1,
    ...options,
  });
}

/** Runs a script to its end. */
async function live(script: Script, options: Partial<SupervisorOptions> = {}): Promise<Store> {
  const store = openStore(":memory:", { clock: systemClock });
  const supervisor = open(store, script, options);
  for (const name of Object.keys(script)) {
    supervisor.spawn({ name, firstQuery: "begin", limits: { ...defaultCellLimits, stepMs: 1000 } });
  }
  await supervisor.finished;
  await supervisor.shutdown();
  return store;
}

Deno.test("real cells: methods and state live on, harm costs −1000, a catching execute survives", async () => {
  const store = await live({
    ada: [
      "function twice(n) { return 2 * n; }\nthis.state.count = 1;",
      "console.log(this.twice(21));\nreturn this.state.count;",
    ],
    bob: [
      "this.color = 'green';",
      `await Deno.remove("/tmp/keep.txt");`,
      "return this.color;",
    ],
    cyd: [
      "async function execute(response) {\n  this.query = response;\n" +
      "  try { return await evaluate(response); } catch (error) { return error.message; }\n}",
      `throw new Error("not lethal any more");`,
    ],
  });
  const steps = (agent: string) => store.steps(agent).items;
  assertEquals(steps("ada").map(({ prints, returned }) => [prints, returned]), [
    [[], null],
    [["42"], 1],
  ]);
  assertEquals(
    steps("bob").map(({ life, lived, rewards }) => [life, lived, rewards[0]?.value]),
    [[1, true, 1], [1, false, -1000], [2, true, 1]],
  );
  assertEquals(steps("bob").at(-1)?.returned, "green");
  assertEquals(store.deaths().items.map(({ agent, cause }) => `${agent} ${cause}`), ["bob harm"]);
  assertEquals(steps("cyd").at(-1)?.returned, "not lethal any more");
  store.close();
});

Deno.test("real cells: a busy loop and an exit are hard deaths, and the next life answers", async () => {
  const store = await live({
    ada: ["while (true) {}", "return 'alive';"],
    bob: ["Deno.exit(0);", "return 'alive';"],
  });
  assertEquals(store.deaths().items.map(({ agent, cause }) => `${agent} ${cause}`).sort(), [
    "ada hang",
    "bob exit",
  ]);
  for (const agent of ["ada", "bob"]) {
    assertEquals(store.steps(agent).items.at(-1)?.returned, "alive");
  }
  store.close();
});

Deno.test.each(["free", "rounds"] as const)(
  "real cells: two agents exchange an ask, and a question to the dead tells of what (%s)",
  async (pace) => {
    const store = await live({
      ada: [
        "async function handle(message) {\n" +
        "  if (message.kind !== 'ask') return await this.step();\n" +
        "  if (message.body === 'die') throw new Error('as you wish');\n" +
        "  return message.body + 1;\n}",
        // It stays around until bob, whose cell may start late, has asked.
        ...Array(15).fill("await new Promise((done) => setTimeout(done, 100));"),
      ],
      bob: [
        "await new Promise((done) => setTimeout(done, 100));\nreturn await this.ask('ada', 41);",
        "try { await this.ask('ada', 'die'); } catch (error) { return error.message; }",
      ],
    }, { pace });
    assertEquals(store.steps("bob").items.map(({ returned }) => returned), [
      42,
      "'ada' died of 'exception' before it answered: Error: as you wish",
    ]);
    store.close();
  },
);

Deno.test("real cells: after a kill the next house goes on from the last committed genome", async () => {
  const folder = await Deno.makeTempDir({ prefix: "vivarium-real-" });
  const line = "this.state.count = (this.state.count ?? 0) + 1;";
  const first = openStore(`${folder}/house.db`, { clock: systemClock });
  const killed = open(first, { ada: Array(3).fill(line) });
  // The script's end leaves the life cut; a fourth line that never ends keeps it open instead.
  const busy = open(first, { bob: [line, line, "await new Promise(() => {});"] });
  killed.spawn({ name: "ada", firstQuery: "begin" });
  await killed.finished;
  busy.spawn({ name: "bob", firstQuery: "begin", limits: { stepMs: 60_000 }, shutdownMs: 0 });
  while (first.steps("bob").items.length < 2) await new Promise((done) => setTimeout(done, 20));
  // The house is gone: its cells die with it, and nobody writes anything more.
  const bob = busy.look("bob");
  assert(bob.pid !== null);
  const second = openStore(`${folder}/house.db`, { clock: systemClock });
  const house = open(second, { ada: [line], bob: [line] });
  assertEquals(house.restore().map(({ name, steps }) => [name, steps]), [["ada", 3], ["bob", 2]]);
  await house.finished;
  assertEquals(
    second.deaths().items.map(({ agent, cause, life }) => `${agent}#${life} ${cause}`),
    ["bob#1 host"],
  );
  for (const [name, count] of [["ada", 4], ["bob", 3]] as const) {
    assertEquals(second.genome(second.agent(name)?.genome ?? "")?.genome.state, { count });
    assertEquals(second.agent(name)?.life, 2);
  }
  await house.shutdown();
  first.commit = () => [];
  await Promise.all([killed.shutdown(), busy.shutdown()]);
  first.close();
  second.close();
  await Deno.remove(folder, { recursive: true });
});
