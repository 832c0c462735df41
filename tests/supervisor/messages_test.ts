import { assertEquals, assertRejects } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import type { Json } from "../../src/core/json.ts";
import { type Behaviour, type Ending, exception, settle, World } from "./fakes.ts";
import { requirement } from "./requirement.ts";

function quiet(name: string): { name: string; firstQuery: string; ticking: false } {
  return { name, firstQuery: "begin", ticking: false };
}

/** A behaviour for each agent by name. */
function cast(roles: Record<string, Behaviour>): Behaviour {
  return (turn, powers, life) => roles[life.agent]?.(turn, powers, life) ?? {};
}

/** What the operator hears when a question is refused. */
async function refusal(answer: Promise<unknown>): Promise<VivariumError> {
  return await assertRejects(() => answer, VivariumError);
}

Deno.test(
  requirement(15, "tell() reaches handle with sender and body, in order, and each letter once"),
  async () => {
    const world = new World(() => ({}));
    world.supervisor.spawn(quiet("ada"));
    for (const n of [1, 2, 3]) await world.supervisor.tell("ada", { n });
    assertEquals(world.store.mailbox("ada").length, 3);
    await settle();
    assertEquals(
      world.pool.turns.map(({ letter }) => letter),
      [1, 2, 3].map((n) => ({ kind: "tell" as const, from: "operator", body: { n } })),
    );
    assertEquals(world.store.mailbox("ada"), []);
    assertEquals(world.store.steps("ada").items[0]?.letter, {
      id: 1,
      kind: "tell",
      from: "operator",
      body: { n: 1 },
    });
    await world.supervisor.shutdown();
  },
);

Deno.test("a waiting letter comes before a tick", async () => {
  const world = new World(() => ({}), { maxSteps: 4 });
  world.supervisor.spawn({ ...quiet("ada"), ticking: true });
  await world.supervisor.tell("ada", 1);
  await world.supervisor.tell("ada", 2);
  await world.finish();
  assertEquals(world.pool.turns.map(({ letter }) => letter.kind), ["tell", "tell", "tick", "tick"]);
});

Deno.test.each<[string, (world: World) => Promise<unknown>, string]>([
  ["tell to nobody", ({ supervisor }) => supervisor.tell("eve", 1), "not-found"],
  ["ask of nobody", ({ supervisor }) => supervisor.ask("eve", 1), "not-found"],
  [
    "tell of too much",
    ({ supervisor }) => supervisor.tell("ada", "x".repeat(70_000)),
    "too-large",
  ],
  [
    "ask of the stopped",
    ({ supervisor }) => supervisor.stop("ada").then(() => supervisor.ask("ada", 1)),
    "unavailable",
  ],
  [
    "tell to the stopped",
    ({ supervisor }) => supervisor.stop("ada").then(() => supervisor.tell("ada", 1)),
    "unavailable",
  ],
])("a letter is refused at once: %s", async (_name, act, code) => {
  const world = new World(() => ({}));
  world.supervisor.spawn(quiet("ada"));
  assertEquals((await refusal(act(world))).code, code);
  assertEquals(world.store.mailbox("ada"), []);
  await world.supervisor.shutdown();
});

Deno.test("ask() answers with what handle returned; two agents exchange one", async () => {
  const world = new World(cast({
    ada: ({ letter }) => ({ returned: { from: letter.from, doubled: Number(letter.body) * 2 } }),
    bob: async ({ letter }, { ask }) => ({ returned: await ask("ada", letter.body) }),
  }));
  world.supervisor.spawn(quiet("ada"));
  world.supervisor.spawn(quiet("bob"));
  assertEquals(await world.supervisor.ask("bob", 21), { from: "bob", doubled: 42 });
  await world.supervisor.shutdown();
});

Deno.test("send() reaches another agent and oneself; an unknown one rejects", async () => {
  const errors: string[] = [];
  const world = new World(cast({
    ada: async ({ letter }, { send }) => {
      if (letter.body !== "go") return {};
      await send("ada", "to myself");
      await send("bob", "to bob");
      await send("eve", 1).catch((error) => errors.push(error.message));
      return {};
    },
  }));
  world.supervisor.spawn(quiet("ada"));
  world.supervisor.spawn(quiet("bob"));
  await world.supervisor.tell("ada", "go");
  await settle();
  assertEquals(
    world.pool.turns.map(({ agent, letter }) => `${letter.from} → ${agent}: ${letter.body}`).sort(),
    ["ada → ada: to myself", "ada → bob: to bob", "operator → ada: go"],
  );
  assertEquals(errors, ["there is no agent 'eve'"]);
  await world.supervisor.shutdown();
});

Deno.test("ask() of oneself, or of one who waits for the asker, rejects instead of waiting for ever", async () => {
  const heard: string[] = [];
  const listen = (who: string) => (error: Error): void =>
    void heard.push(`${who}: ${error.message}`);
  const world = new World(cast({
    ada: async ({ letter }, { ask }) => {
      if (letter.body === "yourself") await ask("ada", 1).catch(listen("ada"));
      if (letter.body === "circle") return { returned: await ask("bob", "on") };
      return {};
    },
    bob: async (_turn, { ask }) => ({ returned: await ask("cyd", "on") }),
    cyd: async (_turn, { ask }) => {
      await ask("ada", "back").catch(listen("cyd"));
      return { returned: "from cyd" };
    },
  }));
  for (const name of ["ada", "bob", "cyd"]) world.supervisor.spawn(quiet(name));
  await world.supervisor.ask("ada", "yourself");
  assertEquals(await world.supervisor.ask("ada", "circle"), "from cyd");
  assertEquals(heard, [
    "ada: 'ada' cannot ask 'ada': an agent cannot answer itself",
    "cyd: 'cyd' cannot ask 'ada': 'ada' waits for 'cyd'",
  ]);
  await world.supervisor.shutdown();
});

Deno.test(
  requirement(
    17,
    "ask() rejects with 'timeout'; the late reply is a dead letter and answers no later ask",
  ),
  async () => {
    const gates: ((answer: Json) => void)[] = [];
    const world = new World(() =>
      new Promise((resolve) => gates.push((returned) => resolve({ returned })))
    );
    world.supervisor.spawn(quiet("ada"));
    const first = refusal(world.supervisor.ask("ada", 1, { timeoutMs: 100 }));
    await settle();
    world.clock.advance(100);
    assertEquals((await first).code, "timeout");
    const second = world.supervisor.ask("ada", 2);
    gates.shift()?.("late");
    await settle();
    gates.shift()?.("in time");
    assertEquals(await second, "in time");
    const dead = world.events.filter(({ kind }) => kind === "message.dead-letter");
    assertEquals(dead.map(({ agent, data }) => [agent, data]), [
      ["ada", { from: "operator", kind: "ask", reason: "late-reply" }],
    ]);
    await world.supervisor.shutdown();
  },
);

Deno.test(
  requirement(17, "ask() rejects with the cause when the target dies, asked or still waiting"),
  async () => {
    const world = new World(() => ({ die: { fault: { kind: "harm", message: "Deno.remove" } } }));
    world.supervisor.spawn(quiet("ada"));
    const errors = await Promise.all([
      refusal(world.supervisor.ask("ada", 1)),
      refusal(world.supervisor.ask("ada", 2)),
    ]);
    for (const { code, message, options } of errors) {
      assertEquals([code, message], [
        "unavailable",
        "'ada' died of 'harm' before it answered: Deno.remove",
      ]);
      assertEquals(options.data, { agent: "ada", life: 1, cause: "harm", owner: "agent" });
    }
    assertEquals(world.store.mailbox("ada"), []);
    assertEquals(world.pool.turns.length, 1);
    await world.supervisor.shutdown();
  },
);

Deno.test("an asker that dies takes its question with it; the answer is dropped", async () => {
  let answer: (() => void) | undefined;
  const world = new World(cast({
    ada: () => new Promise((resolve) => answer = () => resolve({ returned: 1 })),
    bob: (_turn, { ask }) => {
      ask("ada", 1).catch(() => {});
      return exception();
    },
  }));
  world.supervisor.spawn(quiet("ada"));
  world.supervisor.spawn(quiet("bob"));
  await world.supervisor.tell("bob", "go");
  await settle();
  answer?.();
  await settle();
  assertEquals(world.told("life.died", "message.dead-letter"), [
    "bob#1.1 life.died exception",
    "ada message.dead-letter",
  ]);
  await world.supervisor.shutdown();
});

Deno.test(
  requirement(20, "a letter that came during backoff is handled by the next life"),
  async () => {
    const world = new World(({ letter }) => letter.body === "die" ? exception() : {});
    world.supervisor.spawn({ ...quiet("ada"), backoff: { minMs: 100, maxMs: 100 } });
    await world.supervisor.tell("ada", "die");
    await settle();
    assertEquals(world.supervisor.look("ada").phase, "backoff");
    await world.supervisor.tell("ada", "live");
    await world.pass(200);
    assertEquals(world.pool.turns.map(({ letter, life }) => [letter.body, life]), [
      ["die", 1],
      ["live", 2],
    ]);
    await world.supervisor.shutdown();
  },
);

const fallen: Ending = {
  die: { exit: { code: 137, signal: "SIGKILL" } },
  hard: true,
};

Deno.test.each<[string, Behaviour, number[]]>([
  ["the agent's own death handles it", () => exception(), [1]],
  [
    "an infrastructure death does not",
    (_turn, _powers, { life }) => life === 1 ? fallen : {},
    [1, 2],
  ],
])("the letter of a lethal step: %s", async (_name, behaviour, lives) => {
  const world = new World(behaviour);
  world.supervisor.spawn(quiet("ada"));
  await world.supervisor.tell("ada", 1);
  await world.pass(500);
  assertEquals(world.pool.turns.map(({ life }) => life), lives);
  assertEquals(world.store.mailbox("ada"), []);
  await world.supervisor.shutdown();
});

Deno.test(
  requirement(
    [16, 18],
    "a full mailbox fails with 'overloaded', and a dropped letter is a dead letter",
  ),
  async () => {
    const never: Behaviour = () => new Promise(() => {});
    const world = new World(never);
    world.supervisor.spawn({ ...quiet("ada"), mailbox: { capacity: 1 } });
    world.supervisor.spawn({ ...quiet("bob"), mailbox: { capacity: 1, overflow: "dropNew" } });
    world.supervisor.spawn({ ...quiet("cyd"), mailbox: { capacity: 1, overflow: "dropHead" } });
    for (const name of ["ada", "bob", "cyd"]) await world.supervisor.tell(name, "under way");
    await settle();
    for (const name of ["ada", "bob", "cyd"]) await world.supervisor.tell(name, "waits");
    assertEquals((await refusal(world.supervisor.tell("ada", "x"))).code, "overloaded");
    assertEquals(await world.supervisor.tell("bob", "x"), undefined);
    assertEquals((await world.supervisor.tell("cyd", "x"))?.body, "x");
    assertEquals((await refusal(world.supervisor.ask("bob", "x"))).code, "overloaded");
    assertEquals(
      ["ada", "bob", "cyd"].map((name) => world.store.mailbox(name).map(({ body }) => body)),
      [["under way", "waits"], ["under way", "waits"], ["under way", "x"]],
    );
    assertEquals(world.told("message.dead-letter"), [
      "bob message.dead-letter",
      "cyd message.dead-letter",
      "bob message.dead-letter",
    ]);
  },
);

Deno.test.each(["free", "rounds"] as const)(
  "under backpressure a sender waits until there is room (%s)",
  async (pace) => {
    const world = new World(
      cast({
        ada: async (_turn, { send }) => {
          for (const n of [1, 2, 3, 4]) await send("bob", n);
          return {};
        },
      }),
      { pace },
    );
    const mailbox = { capacity: 1, overflow: "backpressure" } as const;
    world.supervisor.spawn(quiet("ada"));
    world.supervisor.spawn({ ...quiet("bob"), mailbox });
    await world.supervisor.tell("ada", "go");
    await settle(30);
    const heard = world.pool.turns.filter(({ agent }) => agent === "bob");
    assertEquals(heard.map(({ letter }) => letter.body), [1, 2, 3, 4]);
    assertEquals(world.store.steps("ada").items.length, 1);
    await world.supervisor.shutdown();
  },
);

Deno.test.each(["free", "rounds"] as const)(
  "under backpressure nobody waits for room for ever, not even for his own (%s)",
  async (pace) => {
    const errors: VivariumError[] = [];
    const world = new World(async (_turn, { send }) => {
      for (const n of [1, 2]) await send("ada", n).catch((error) => errors.push(error));
      return {};
    }, { pace, askTimeoutMs: 200, maxSteps: 1 });
    const mailbox = { capacity: 1, overflow: "backpressure" } as const;
    world.supervisor.spawn({ ...quiet("ada"), ticking: true, mailbox });
    await world.pass(300);
    assertEquals(errors.map(({ code }) => code), ["overloaded"]);
    assertEquals(world.supervisor.look("ada").phase, "finished");
  },
);

Deno.test(requirement(16, "a flood of tells leaves memory and mailbox bounded"), async () => {
  const world = new World(() => new Promise(() => {}));
  world.supervisor.spawn({ ...quiet("ada"), mailbox: { capacity: 10 } });
  await world.supervisor.tell("ada", "under way");
  await settle();
  let refused = 0;
  for (let n = 0; n < 20_000; n++) {
    await world.supervisor.tell("ada", n).catch(() => refused++);
  }
  assertEquals([refused, world.store.mailbox("ada").length], [19_990, 11]);
});

Deno.test(
  requirement(
    18,
    "letters of a stopped agent become dead letters; those of one that has finished stay",
  ),
  async () => {
    const world = new World(() => ({}), { maxSteps: 1 });
    world.supervisor.spawn(quiet("ada"));
    world.supervisor.spawn({ ...quiet("bob"), ticking: true });
    world.supervisor.pause("ada");
    await world.supervisor.tell("ada", 1);
    await settle();
    await world.supervisor.stop("ada");
    assertEquals(world.told("message.dead-letter"), ["ada message.dead-letter"]);
    assertEquals(world.store.mailbox("ada"), []);
    assertEquals(world.supervisor.look("bob").phase, "finished");
    await world.supervisor.tell("bob", "for the next run");
    assertEquals(world.store.mailbox("bob").length, 1);
    assertEquals((await refusal(world.supervisor.ask("bob", 1))).code, "unavailable");
  },
);

Deno.test("powers are refused once the turn is over", async () => {
  let late: (() => Promise<unknown>)[] = [];
  const world = new World((_turn, { llm, send, ask }) => {
    late = [() => llm("p"), () => send("ada", 1), () => ask("ada", 1)];
    return {};
  });
  world.supervisor.spawn(quiet("ada"));
  await world.supervisor.tell("ada", 1);
  await settle();
  for (const act of late) assertEquals((await refusal(act())).code, "unavailable");
  assertEquals(world.pool.turns.length, 1);
  await world.supervisor.shutdown();
});
