import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import { seedFrom } from "../../src/core/random.ts";
import { firstGenome, genomeHash } from "../../src/genome/mod.ts";
import { EndOfScript } from "../../src/llm/types.ts";
import { type Ending, exception, fakeModel, settle, World } from "./fakes.ts";
import { requirement } from "./requirement.ts";

const ada = { name: "ada", firstQuery: "begin" };
const first = genomeHash(firstGenome);

/** A method that makes a genome another one. */
const edit = (name: string): { edit: Record<string, string> } => ({
  edit: { [name]: `${name}() {}` },
});

Deno.test("a step is one commit: step, genome, reward, agent, life and event together", async () => {
  const world = new World(
    async (turn, { llm }) => ({ ...edit(`m${turn.age}`), query: await llm("p"), returned: 5 }),
    { maxSteps: 2 },
  );
  world.supervisor.spawn(ada);
  await world.finish();

  assertEquals(world.told("agent.spawned", "life.started", "step.committed", "life.truncated"), [
    "ada agent.spawned",
    "ada#1 life.started",
    "ada#1.1 step.committed",
    "ada#1.2 step.committed",
    "ada#1 life.truncated",
  ]);
  const [one, two] = world.store.steps("ada").items;
  assert(one !== undefined && two !== undefined);
  assertEquals(one.calls, [{
    call: 0,
    prompt: "p",
    seed: seedFrom(1, "ada", 1, 1, 0),
    response: "response to p",
    model: "policy@7",
    tokens: { prompt: 1, completion: 2 },
    trace: { version: 7, promptIds: [1], ids: [2, 3], logps: [-1, -2] },
  }]);
  assertEquals([one.lived, one.rewards, one.returned, one.query, one.seed], [
    true,
    [{ term: "survival", value: 1 }],
    5,
    "response to p",
    seedFrom(1, "ada", 1, 1),
  ]);
  assertEquals(two.nowMs - one.nowMs, 1000);
  assertEquals(world.store.genome(two.genome)?.parent, one.genome);
  assertEquals(world.store.genome(one.genome)?.parent, first);
  const row = world.store.agent("ada");
  assertEquals([row?.life, row?.steps, row?.genome, row?.status], [1, 2, two.genome, "running"]);
  const { startedAtMs: _, endedAtMs, ...life } = world.store.life("ada", 1)!;
  assertEquals(life, {
    agent: "ada",
    life: 1,
    end: "truncated",
    bornFrom: first,
    bornQuery: "begin",
    steps: 2,
    reward: 2,
    edits: 2,
  });
  assertNotEquals(endedAtMs, null);
  assertEquals(world.events.find(({ kind }) => kind === "step.committed")?.data, {
    edited: ["m0"],
    reward: 1,
    age: 1,
    response: "response to p",
    prints: [],
    genome: one.genome,
    elapsedMs: 1,
    letter: "tick",
  });
  assertEquals(world.supervisor.look("ada").phase, "finished");
});

Deno.test(
  requirement(22, "nobody sees an event, a reply or the next step before the commit"),
  async () => {
    const world = new World(() => ({ returned: "answer" }), { maxSteps: 3 });
    const seen: string[] = [];
    world.bus.subscribe((event) => {
      if (event.kind !== "step.committed") return;
      const committed = world.store.step("ada", event.life ?? 0, event.step ?? 0) !== undefined;
      const next = world.pool.turns.length > (event.step ?? 0);
      seen.push(`${event.step} ${committed ? "committed" : "LOST"} ${next ? "EARLY" : "then"}`);
    });
    world.supervisor.spawn(ada);
    const answer = world.supervisor.ask("ada", "?").then((body) => {
      seen.push(`reply after ${world.store.steps("ada").items.length}`);
      return body;
    });
    await world.finish();
    assertEquals(await answer, "answer");
    assertEquals(seen, [
      "1 committed then",
      "reply after 1",
      "2 committed then",
      "3 committed then",
    ]);
  },
);

Deno.test("a death is written with OTP's four fields, evidence, lethal response and decision", async () => {
  const world = new World(async (turn, { llm }) => {
    await llm(turn.age === 0 ? "first" : "second");
    return turn.age === 0 ? edit("good") : exception("x is not defined");
  }, { maxSteps: 3 });
  world.supervisor.spawn(ada);
  await world.finish();
  const [death] = world.store.deaths({ agent: "ada" }).items;
  const good = world.store.steps("ada").items[0]?.genome;
  assert(death !== undefined && good !== undefined);
  const { id: _id, atMs: _at, offender, evidence, ...rest } = death;
  assertEquals(rest, {
    agent: "ada",
    life: 1,
    step: 2,
    supervisor: "root",
    context: "child-terminated",
    reason: "x is not defined",
    cause: "exception",
    owner: "agent",
    genomeBefore: good,
    response: "response to second",
    policyVersion: 7,
    detectedMs: 3,
    decision: {
      kind: "restart",
      delayMs: (rest.decision as { delayMs: number }).delayMs,
      from: "last",
      genome: good,
    },
  });
  assertEquals((offender as { name: string }).name, "ada");
  const { fault, usage } = evidence as Record<string, unknown>;
  assertEquals([fault, typeof usage], ["exception", "object"]);
  const lethal = world.store.step("ada", 1, 2);
  assertEquals([lethal?.lived, lethal?.genome, lethal?.rewards], [false, good, [
    { term: "death", value: -10 },
  ]]);
  assertEquals(world.store.life("ada", 1)?.reward, -9);
  assertEquals(world.told("life.died", "agent.restarting", "life.started"), [
    "ada#1 life.started",
    "ada#1.2 life.died exception",
    "ada agent.restarting",
    "ada#2 life.started",
  ]);
  // The next life goes on from the last genome that lived, in the same cell: the death was soft.
  assertEquals(world.pool.births.map((birth) => genomeHash(birth.genome)), [first, good]);
  assertEquals(world.pool.cells.length, 1);
});

Deno.test("a hard death takes another cell", async () => {
  const world = new World(
    () => ({ die: { kill: { rule: "deadline", deadlineMs: 2000 } }, hard: true }),
    { maxSteps: 2 },
  );
  world.supervisor.spawn(ada);
  await world.finish();
  assertEquals(world.pool.cells.map(({ killed }) => killed), [true, true]);
  assertEquals(world.store.deaths().items.map(({ cause }) => cause), ["hang", "hang"]);
});

Deno.test("a life that was brought back and dies early goes one genome further back, to the first", async () => {
  const plan = [edit("b"), edit("c"), edit("d"), exception()];
  const world = new World(() => plan.shift() ?? exception(), { maxSteps: 8 });
  world.supervisor.spawn(ada);
  await world.finish();
  const names = world.pool.births.map(({ genome }) =>
    Object.keys(genome.methods).filter((name) => name.length === 1).join("")
  );
  assertEquals(names, ["", "bcd", "bc", "b", ""]);
  const queries = world.pool.births.map(({ query }) => query);
  assertEquals(queries.at(-1), "begin");
});

Deno.test(
  requirement(
    13,
    "a birth that fails is a death of step 0, counts as a restart, and goes back at once",
  ),
  async () => {
    const world = new World((turn) => turn.age < 2 ? edit("bad") : exception(), { maxSteps: 4 });
    world.pool.stillborn = ({ genome, life }) =>
      life > 1 && "bad" in genome.methods
        ? { fault: { kind: "contract", message: "cannot be born" } }
        : undefined;
    world.supervisor.spawn(ada);
    await world.finish();
    const deaths = world.store.deaths().items.toReversed();
    assertEquals(
      deaths.map(({ life, step, cause, context }) => [life, step, cause, context]),
      [[1, 3, "exception", "child-terminated"], [2, 0, "spawn", "start"]],
    );
    assertEquals(world.store.life("ada", 2)?.steps, 0);
    assertEquals(genomeHash(world.pool.births.at(-1)!.genome), first);
    // A life without a step is nothing to learn from.
    assertEquals(world.episodes.map(({ id }) => id), ["ada/1", "ada/3"]);
  },
);

Deno.test("a pool that starts no cell is an infrastructure death, and the agent comes back with it", async () => {
  const world = new World(() => ({}), { maxSteps: 1 });
  world.pool.broken = "no process starts";
  world.supervisor.spawn(ada);
  await settle();
  world.pool.broken = undefined;
  await world.finish();
  const [death] = world.store.deaths().items;
  assertEquals([death?.cause, death?.owner, death?.reason], [
    "cell",
    "infrastructure",
    "no process starts",
  ]);
  assertEquals(world.store.steps("ada").items.map(({ life }) => life), [2]);
});

Deno.test("a horizon cuts a life without a death, and the next goes on from its genome", async () => {
  const world = new World((turn) => edit(`m${turn.age}`), { maxSteps: 5, horizon: 2 });
  world.supervisor.spawn(ada);
  await world.finish();
  assertEquals(world.store.deaths().items, []);
  assertEquals(
    world.store.lives("ada").items.map(({ life, end, steps }) => [life, end, steps]),
    [[1, "truncated", 2], [2, "truncated", 2], [3, "truncated", 1]],
  );
  assertEquals(Object.keys(world.pool.births[1]?.genome.methods ?? {}).includes("m1"), true);
  assertEquals(world.episodes.map(({ end, steps }) => [end, steps.length]), [
    ["truncated", 2],
    ["truncated", 2],
    ["truncated", 1],
  ]);
  assertEquals(world.told("agent.restarting"), []);
});

Deno.test("an answer that came as its cell was killed counts: the life is cut, and the next has another cell", async () => {
  const world = new World(
    (turn) => ({ ...edit(`m${turn.age}`), ...(turn.age === 1 ? { late: true as const } : {}) }),
    { maxSteps: 3 },
  );
  world.supervisor.spawn(ada);
  await world.finish();
  assertEquals(world.store.deaths().items, []);
  assertEquals(
    world.store.lives("ada").items.map(({ life, end, steps }) => [life, end, steps]),
    [[1, "truncated", 2], [2, "truncated", 1]],
  );
  assertEquals(Object.keys(world.pool.births[1]?.genome.methods ?? {}).includes("m1"), true);
  assertEquals(world.pool.cells.length, 2);
  const cut = world.store.events({ kinds: ["life.truncated"] })[0];
  assertEquals(cut?.data["why"], "its cell was killed at 2000 ms while it answered");
});

Deno.test("a child spec's own horizon outweighs the supervisor's", async () => {
  const world = new World(() => ({}), { maxSteps: 3, horizon: 2 });
  world.supervisor.spawn({ ...ada, horizon: 1 });
  await world.finish();
  assertEquals(world.store.lives("ada").items.map(({ steps }) => steps), [1, 1, 1]);
});

Deno.test("the end of a script cuts the life in the middle of a turn, whatever the agent catches", async () => {
  let answers = 2;
  const model = fakeModel(() => {
    if (answers-- > 0) return "line";
    throw new EndOfScript("no further line");
  });
  const world = new World(async (_turn, { llm }) => {
    await llm("more").catch(() => "caught");
    return {};
  }, { model });
  world.supervisor.spawn(ada);
  await world.finish();
  assertEquals(world.store.deaths().items, []);
  assertEquals(world.store.steps("ada").items.length, 2);
  assertEquals(world.store.life("ada", 1)?.end, "truncated");
  assertEquals(world.told("agent.stopped"), ["ada agent.stopped"]);
});

Deno.test("a model without an answer is an infrastructure death: no reward, no step back", async () => {
  let fails = true;
  const model = fakeModel(() => {
    if (!fails) return "fine";
    fails = false;
    throw new VivariumError("provider", "the server is down");
  });
  const world = new World(async (_turn, { llm }) => {
    try {
      await llm("p");
      return {};
    } catch {
      return exception("the agent made something else of it");
    }
  }, { model, maxSteps: 2 });
  world.supervisor.spawn(ada);
  await world.finish();
  const [death] = world.store.deaths().items;
  assertEquals([death?.cause, death?.owner, death?.reason], [
    "llm",
    "infrastructure",
    "the server is down",
  ]);
  const lethal = world.store.step("ada", 1, 1);
  assertEquals([lethal?.lived, lethal?.rewards], [false, []]);
  assertEquals((lethal?.calls as { error: string }[])[0]?.error, "the server is down");
  assertEquals(world.store.life("ada", 1)?.reward, 0);
  const [episode] = world.episodes;
  assertEquals([episode?.end, episode?.owner, episode?.steps[0]?.reward], [
    "death",
    "infrastructure",
    0,
  ]);
});

Deno.test("a cell that breaks its contract is to blame, not the agent", async () => {
  let broken = true;
  const world = new World(() => {
    if (!broken) return {};
    broken = false;
    throw new Error("a turn ended without a genome");
  }, { maxSteps: 2 });
  world.supervisor.spawn(ada);
  await world.finish();
  const [death] = world.store.deaths().items;
  assertEquals([death?.cause, death?.owner], ["cell", "infrastructure"]);
});

Deno.test("a cell that ends between turns is a death of step 0 whose reward falls to the last step", async () => {
  const world = new World(() => ({}));
  world.supervisor.spawn({ ...ada, ticking: false });
  await world.supervisor.tell("ada", "wake up");
  await settle();
  world.pool.cellOf("ada").fall({ exit: { code: 0, signal: null } });
  await world.pass(100);
  const [death] = world.store.deaths().items;
  assertEquals([death?.cause, death?.life, death?.step], ["exit", 1, 0]);
  assertEquals(world.store.life("ada", 1)?.reward, -9);
  assertEquals(world.episodes[0]?.steps.map(({ reward }) => reward), [-9]);
  assertEquals(world.supervisor.look("ada").life, 2);
  await world.supervisor.shutdown();
});

Deno.test("episodes carry the traces of every completion, each step's reward, and the cause", async () => {
  const world = new World(async (turn, { llm }): Promise<Ending> => {
    await llm("a");
    const harm: Ending = { die: { fault: { kind: "harm", message: "Deno.remove" } } };
    if (turn.age > 0) return harm;
    await llm("b");
    return {};
  }, { maxSteps: 2 });
  world.supervisor.spawn(ada);
  await world.finish();
  const trace = { version: 7, promptIds: [1], ids: [2, 3], logps: [-1, -2] };
  assertEquals(world.episodes, [{
    id: "ada/1",
    agent: "ada",
    life: 1,
    end: "death",
    cause: "harm",
    owner: "agent",
    steps: [
      { step: 1, reward: 1, completions: [trace, trace] },
      { step: 2, reward: -1000, completions: [trace] },
    ],
  }]);
});

Deno.test("an episode sink that throws disturbs nobody", async () => {
  const episodes = {
    post(): void {
      throw new Error("the trainer is away");
    },
  };
  const world = new World(() => ({}), { maxSteps: 3, horizon: 1, episodes });
  world.supervisor.spawn(ada);
  await world.finish();
  assertEquals(world.store.steps("ada").items.length, 3);
  assertEquals(world.troubles.length, 3);
});

Deno.test("a temporary child stays down after its first death", async () => {
  const world = new World(() => exception());
  world.supervisor.spawn({ ...ada, restart: "temporary" });
  await world.finish();
  assertEquals(world.store.lives("ada").items.length, 1);
  assertEquals(world.supervisor.look("ada").status, "stopped");
  assertEquals(world.told("agent.stopped"), ["ada agent.stopped"]);
});

Deno.test("turns have logical time and their own seeds, by the agent's age and place", async () => {
  const world = new World((turn) => turn.age === 2 ? exception() : {}, { maxSteps: 5, seed: 9 });
  world.supervisor.spawn(ada);
  await world.finish();
  const epoch = Date.UTC(2026, 0, 1);
  assertEquals(
    world.pool.turns.map(({ life, age, nowMs, seed }) => [life, age, nowMs - epoch, seed]),
    [
      [1, 0, 0, seedFrom(9, "ada", 1, 1)],
      [1, 1, 1000, seedFrom(9, "ada", 1, 2)],
      [1, 2, 2000, seedFrom(9, "ada", 1, 3)],
      [2, 0, 2000, seedFrom(9, "ada", 2, 1)],
      [2, 1, 3000, seedFrom(9, "ada", 2, 2)],
    ],
  );
});

Deno.test("a commit that fails is tried again, and the agent waits for it", async () => {
  const world = new World(() => ({}), { maxSteps: 2 });
  const commit = world.store.commit.bind(world.store);
  let refusals = 3;
  world.store.commit = (all) => {
    if ((all.steps?.length ?? 0) > 0 && refusals-- > 0) {
      throw new VivariumError("database", "the disk is full");
    }
    return commit(all);
  };
  world.supervisor.spawn(ada);
  await settle();
  assertEquals([world.pool.turns.length, world.told("step.committed").length], [1, 0]);
  assertEquals(world.supervisor.look("ada").steps, 0);
  await world.finish();
  assertEquals(world.troubles.length, 3);
  assertEquals(world.store.steps("ada").items.map(({ step }) => step), [1, 2]);
  assertEquals(world.store.agent("ada")?.steps, 2);
});

Deno.test("a defect of the house fails the agent, and no other", async () => {
  const world = new World(() => ({}), { maxSteps: 2 });
  const commit = world.store.commit.bind(world.store);
  world.store.commit = (all) => {
    if (all.steps?.[0]?.agent === "ada") throw new Error("a defect");
    return commit(all);
  };
  world.supervisor.spawn(ada);
  world.supervisor.spawn({ ...ada, name: "bob" });
  await world.finish();
  assertEquals(world.supervisor.look("ada").status, "failed");
  assertEquals(world.store.life("ada", 1)?.end, "death");
  assertEquals(world.store.steps("bob").items.length, 2);
  assertEquals(world.told("agent.failed"), ["ada agent.failed"]);
});
