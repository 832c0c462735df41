import { assertEquals, assertGreater } from "@std/assert";
import fc from "fast-check";
import { seededRandom } from "../../src/core/random.ts";
import { type Behaviour, type Ending, exception, settle, World } from "./fakes.ts";

const names = ["ada", "bob", "cyd", "dee"];

/** Takes a moment of its own, by a generator that has nothing to do with the run's seed. */
async function dawdle(random: { next(): number }): Promise<void> {
  for (let n = Math.floor(random.next() * 4); n > 0; n--) {
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

/**
 * Agents that do, by the seed of their turn, everything that may depend on who is faster: tell, ask
 * (circles among them), die, edit, and remember all that they heard.
 */
function gossip(dawdler: { next(): number }): Behaviour {
  return async ({ seed, letter, age }, { send, ask }, { agent }) => {
    const random = seededRandom(seed);
    const heard: string[] = [`${letter.kind} ${letter.from} ${JSON.stringify(letter.body)}`];
    const other = (): string => names[Math.floor(random.next() * names.length)] ?? "ada";
    await dawdle(dawdler);
    if (random.next() < 0.5) await send(other(), `${agent} ${age}`).catch(() => {});
    await dawdle(dawdler);
    if (random.next() < 0.5 && letter.kind !== "ask" || random.next() < 0.2) {
      heard.push(await ask(other(), age).then(String, (error) => error.message));
    }
    await dawdle(dawdler);
    if (random.next() < 0.2) return exception(heard.join("; "));
    return {
      edit: { last: heard.join("; ") },
      query: heard.join("; "),
      returned: `${agent}@${age}`,
    };
  };
}

/** All that a run leaves, without the times. */
async function run(timing: number): Promise<string[]> {
  const world = new World(gossip(seededRandom(timing)), {
    pace: "rounds",
    maxSteps: 12,
    horizon: 8,
    seed: 4,
  });
  for (const name of names) {
    world.supervisor.spawn({ name, firstQuery: name, backoff: { minMs: 1, maxMs: 1 } });
  }
  await world.finish();
  return names.flatMap((name) => [
    ...world.store.steps(name, { limit: 1000 }).items.map((row) =>
      `${name}#${row.life}.${row.step} ${row.lived} ${row.genome.slice(0, 8)} ${row.query}`
    ),
    ...world.store.deaths({ agent: name }).items.map((row) =>
      `${name}#${row.life}.${row.step} ${row.cause} ${row.reason}`
    ),
  ]);
}

Deno.test("in rounds a run is the same, whoever is faster: steps, genomes, letters, answers, deaths", async () => {
  const first = await run(0);
  assertGreater(first.filter((line) => line.includes("tell")).length, 5);
  assertGreater(first.filter((line) => line.includes("ask ")).length, 2);
  assertGreater(first.filter((line) => line.includes("@")).length, 2);
  assertGreater(first.filter((line) => line.includes("died of")).length, 0);
  assertGreater(first.filter((line) => line.includes("cannot ask")).length, 1);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1 }), async (timing) => {
      assertEquals(await run(timing), first);
    }),
    { numRuns: 6 },
  );
});

Deno.test.each<[string, number, number]>([
  ["before the question comes", 0, 20],
  ["after the question came", 20, 0],
])(
  "in rounds an agent that dies in a round answers in its next life: dead %s",
  async (_name, dying, asking) => {
    const pause = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n++) await new Promise((resolve) => setTimeout(resolve, 0));
    };
    const world = new World(async ({ letter }, { ask }, { agent, life }): Promise<Ending> => {
      if (letter.kind === "ask") return { returned: `life ${life}` };
      if (agent === "bob") {
        await pause(dying);
        return exception();
      }
      await pause(asking);
      return { query: String(await ask("bob", 1).catch((error) => error.message)) };
    }, { pace: "rounds", maxSteps: 2 });
    world.supervisor.spawn({ name: "ada", firstQuery: "" });
    world.supervisor.spawn({ name: "bob", firstQuery: "" });
    await world.finish();
    assertEquals(world.store.step("ada", 1, 1)?.query, "life 2");
  },
);

Deno.test("in rounds a letter from outside is handled, and a stop does not hold up the others", async () => {
  const world = new World(({ letter }) => ({ returned: letter.body }), { pace: "rounds" });
  for (const name of ["ada", "bob"]) {
    world.supervisor.spawn({ name, firstQuery: name, ticking: false });
  }
  await settle();
  assertEquals(await world.supervisor.ask("bob", 5), 5);
  await world.supervisor.stop("ada");
  assertEquals(await world.supervisor.ask("bob", 6), 6);
  world.supervisor.pause("bob");
  world.supervisor.resume("bob");
  assertEquals(await world.supervisor.ask("bob", 7), 7);
  await world.supervisor.shutdown();
});

Deno.test("in rounds a question to a paused agent times out, and the others go on", async () => {
  const heard: string[] = [];
  const world = new World(async (_turn, { ask }, { agent }) => {
    if (agent === "ada") await ask("bob", 1).catch((error) => heard.push(error.message));
    return {};
  }, { pace: "rounds", maxSteps: 1, askTimeoutMs: 200 });
  world.supervisor.spawn({ name: "ada", firstQuery: "" });
  world.supervisor.spawn({ name: "bob", firstQuery: "", ticking: false });
  world.supervisor.pause("bob");
  await world.pass(400);
  assertEquals(heard, ["'bob' did not answer within 200 ms"]);
  assertEquals(world.supervisor.look("ada").phase, "finished");
  await world.supervisor.shutdown();
});
