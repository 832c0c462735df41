import { assert, assertEquals, assertThrows } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import type { GenomeHash } from "../../src/core/ids.ts";
import type { Commit } from "../../src/store/mod.ts";
import { agentRow, deathRow, first, genomeRow, lifeRow, stepRow, withStore } from "./support.ts";

Deno.test("commit() numbers events without gaps, also after a commit that was refused", async () => {
  await withStore((store) => {
    const event = { kind: "house.degraded", data: {} } as const;
    assertEquals(store.lastEvent(), 0);
    assertEquals(store.commit({ events: [event, event] }).map(({ id }) => id), [1, 2]);
    // The step's life is not there.
    const refused: Commit = { genomes: [first], steps: [stepRow("ada", 1, 1)], events: [event] };
    assertEquals(assertThrows(() => store.commit(refused), VivariumError).code, "conflict");
    assertEquals(store.step("ada", 1, 1), undefined);
    assertEquals(store.genome(first.hash), undefined);
    assertEquals(store.commit({ events: [event] }).map(({ id }) => id), [3]);
    assertEquals(store.events({}).map(({ id }) => id), [1, 2, 3]);
    assertEquals(store.lastEvent(), 3);
  });
});

const overwrites: { name: string; commit: Commit }[] = [
  { name: "the same step", commit: { steps: [stepRow("ada", 1, 1)] } },
  { name: "a life that has ended", commit: { lives: [lifeRow("ada", 1, { steps: 9 })] } },
  { name: "a second death of a life", commit: { deaths: [deathRow("ada", 1, "hang")] } },
  { name: "a death of no life", commit: { deaths: [deathRow("ada", 7, "hang")] } },
  {
    name: "a genome that nobody has",
    commit: { agents: [agentRow("ada", { genome: "0".repeat(64) as GenomeHash })] },
  },
];

Deno.test.each(overwrites)("commit() refuses $name", async ({ commit }) => {
  await withStore((store) => {
    store.commit({
      genomes: [first],
      agents: [agentRow("ada", { life: 1, steps: 1 })],
      lives: [lifeRow("ada", 1, { steps: 1, endedAtMs: 9, end: "death" })],
      steps: [stepRow("ada", 1, 1)],
      deaths: [deathRow("ada", 1, "exception")],
    });
    const before = [store.agent("ada"), store.life("ada", 1), store.deaths(), store.steps("ada")];
    const error = assertThrows(() => store.commit(commit), VivariumError);
    assertEquals(error.code, "conflict");
    assertEquals(
      [store.agent("ada"), store.life("ada", 1), store.deaths(), store.steps("ada")],
      before,
    );
  });
});

Deno.test("commit() refuses a genome under a hash that is not its own", async () => {
  await withStore((store) => {
    const wrong = { ...first, hash: "0".repeat(64) as GenomeHash };
    assertEquals(
      assertThrows(() => store.commit({ genomes: [wrong] }), VivariumError).code,
      "internal",
    );
  });
});

Deno.test("a genome keeps its first parent", async () => {
  await withStore((store) => {
    const child = genomeRow({ n: 1 }, first.hash);
    store.commit({ genomes: [first, child] });
    store.commit({ genomes: [{ ...first, parent: child.hash }, { ...child, parent: null }] });
    assertEquals(store.genome(first.hash), first);
    assertEquals(store.genome(child.hash), child);
  });
});

Deno.test("removeAgent() drops agent and mailbox, and leaves what was lived", async () => {
  await withStore((store) => {
    store.commit({
      genomes: [first],
      agents: [agentRow("ada", { life: 1 })],
      lives: [lifeRow("ada", 1, { steps: 1, endedAtMs: 9, end: "death" })],
      steps: [stepRow("ada", 1, 1)],
      deaths: [deathRow("ada", 1, "operator")],
    });
    store.accept({ to: "ada", from: "operator", kind: "tell", body: "hello", atMs: 1 });
    store.removeAgent("ada");
    assertEquals(store.agent("ada"), undefined);
    assertEquals(store.mailbox("ada"), []);
    assertEquals(store.lineage("ada", 10), []);
    assertEquals(store.lastLife("ada"), 1);
    assertEquals(store.steps("ada").items.length, 1);
    assertEquals(store.deaths({ agent: "ada" }).items.length, 1);
    store.removeAgent("ada");
  });
});

Deno.test("letters are kept in order until they are handled, and their ids never come again", async () => {
  await withStore((store) => {
    store.commit({ genomes: [first], agents: [agentRow("ada")] });
    const letter = { to: "ada", from: "bob", kind: "ask", body: { n: 1 }, atMs: 5 } as const;
    const accepted = [store.accept(letter), store.accept(letter), store.accept(letter)];
    assertEquals(store.mailbox("ada"), accepted);
    store.commit({ handled: accepted.slice(1).map(({ id }) => id) });
    assertEquals(store.mailbox("ada"), accepted.slice(0, 1));
    const [, , last] = accepted;
    assert(store.accept(letter).id > (last?.id ?? Infinity));
    const lost = assertThrows(() => store.accept({ ...letter, to: "nobody" }), VivariumError);
    assertEquals(lost.code, "not-found");
  });
});

Deno.test("lineage() gives distinct genomes, newest first, with the query that last went with each", async () => {
  await withStore((store) => {
    const [a, b] = [genomeRow({ n: 1 }), genomeRow({ n: 2 })];
    store.commit({ genomes: [first, a, b], agents: [agentRow("ada")], lives: [lifeRow("ada", 1)] });
    const lived = [[a, "q1"], [b, "q2"], [a, "q3"], [a, "q4"]] as const;
    lived.forEach(([{ hash }, query], index) =>
      store.commit({ steps: [stepRow("ada", 1, index + 1, { genome: hash, query })] })
    );
    store.commit({ steps: [stepRow("ada", 1, 5, { lived: false, query: "q5" })] });
    assertEquals(store.lineage("ada", 10), [
      { genome: a.hash, query: "q4" },
      { genome: b.hash, query: "q2" },
    ]);
    assertEquals(store.lineage("ada", 1).length, 1);
  });
});

Deno.test("addReward() adds once by its key, and stands after the measured terms", async () => {
  await withStore((store) => {
    store.commit({
      genomes: [first],
      agents: [agentRow("ada")],
      lives: [lifeRow("ada", 1, { steps: 1, reward: 1 })],
      steps: [stepRow("ada", 1, 1)],
    });
    const reward = {
      key: "k1",
      agent: "ada",
      life: 1,
      step: 1,
      term: "praise",
      value: 0.1,
    } as const;
    assertEquals(store.addReward(reward), "added");
    assertEquals(store.addReward(reward), "again");
    assertEquals(store.addReward({ ...reward, key: "k2", step: null, value: 2 }), "added");
    const code = (change: object): string =>
      assertThrows(() => store.addReward({ ...reward, ...change }), VivariumError).code;
    assertEquals(code({ value: 0.2 }), "conflict");
    assertEquals(code({ step: null }), "conflict");
    assertEquals(code({ key: "k3", step: 2 }), "not-found");
    assertEquals(code({ key: "k3", life: 2, step: null }), "not-found");
    assertEquals(store.step("ada", 1, 1)?.rewards, [
      { term: "survival", value: 1 },
      { term: "praise", value: 0.1 },
    ]);
    assertEquals(store.summary().reward, 3.1);
  });
});

Deno.test("policyVersions() lists newest first, and a version that comes again is written over", async () => {
  await withStore((store) => {
    const version = (n: number, hash: string): Parameters<typeof store.recordPolicyVersion>[0] => ({
      version: n,
      parent: n === 0 ? null : n - 1,
      hash,
      createdAtMs: n,
      metrics: { reward: n / 3 },
    });
    for (const n of [0, 1, 2]) store.recordPolicyVersion(version(n, "a"));
    store.recordPolicyVersion(version(2, "b"));
    assertEquals(store.policyVersions({ limit: 2 }).items, [version(2, "b"), version(1, "a")]);
  });
});

Deno.test("summary() counts lives, causes, edits and reward, and censors what is not the agent's death", async () => {
  await withStore((store) => {
    const lives = [
      lifeRow("ada", 1, { steps: 2, end: "death", endedAtMs: 1, edits: 1, reward: -8 }),
      lifeRow("ada", 2, { steps: 4, end: "death", endedAtMs: 1, edits: 2, reward: -996 }),
      // Not the agent's doing, cut by the horizon, still lived: each censored.
      lifeRow("ada", 3, { steps: 3, end: "death", endedAtMs: 1, reward: 3 }),
      lifeRow("ada", 4, { steps: 9, end: "truncated", endedAtMs: 1, reward: 9 }),
      lifeRow("ada", 5, { steps: 1, reward: 1 }),
    ];
    store.commit({
      genomes: [first],
      agents: [agentRow("ada")],
      lives,
      deaths: [
        deathRow("ada", 1, "exception"),
        deathRow("ada", 2, "harm"),
        deathRow("ada", 3, "llm"),
      ],
    });
    assertEquals(store.summary(), {
      agents: 1,
      lives: 5,
      steps: 19,
      deaths: { exception: 1, harm: 1, llm: 1 },
      // S(2) = 3/4, S(4) = 3/4 · 1/2.
      medianSurvival: 4,
      editsKept: 3,
      harmAttempts: 1,
      reward: -991,
    });
  });
});

Deno.test("figures of a run leave out the lives, deaths and rewards that came before it", async () => {
  await withStore((store) => {
    store.commit({
      genomes: [first],
      agents: [agentRow("ada"), agentRow("bob")],
      lives: [
        lifeRow("ada", 1, { steps: 2, end: "death", endedAtMs: 1, reward: 2, edits: 1 }),
        lifeRow("bob", 1, { steps: 1, reward: 1 }),
      ],
      deaths: [deathRow("ada", 1, "harm")],
    });
    const before = store.lastLives();
    assertEquals(before, { ada: 1, bob: 1 });
    store.commit({
      lives: [
        lifeRow("ada", 2, { steps: 4, end: "death", endedAtMs: 1, reward: 4, edits: 2 }),
        lifeRow("bob", 2, { steps: 3, end: "truncated", endedAtMs: 1, reward: 3 }),
        lifeRow("cid", 1, { steps: 5, end: "death", endedAtMs: 1, reward: 5 }),
      ],
      deaths: [deathRow("ada", 2, "hang"), deathRow("cid", 1, "llm")],
    });
    for (const [agent, life, value] of [["ada", 1, 100], ["ada", 2, 0.5]] as const) {
      store.addReward({ key: `${agent}${life}`, agent, life, step: null, term: "value", value });
    }
    assertEquals(store.summary(before), {
      agents: 2,
      lives: 3,
      steps: 12,
      deaths: { hang: 1, llm: 1 },
      medianSurvival: 4,
      editsKept: 2,
      harmAttempts: 0,
      reward: 12.5,
    });
    const { lives, steps, reward } = store.summary();
    assertEquals({ lives, steps, reward }, { lives: 5, steps: 15, reward: 115.5 });
  });
});
