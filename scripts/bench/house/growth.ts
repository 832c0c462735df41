import { firstGenome, genomeHash } from "../../../src/genome/mod.ts";
import { openStore } from "../../../src/store/mod.ts";
import type { AgentRow, Commit, LifeRow, StepRow } from "../../../src/store/types.ts";
import { type Spread, spread } from "./figures.ts";

/** What a step costs the ledger when so many are stored. */
export interface Growth {
  readonly stored: number;
  /** One step's own commit. */
  readonly commitMs: Spread;
  readonly bytesPerStep: number;
}

const hash = genomeHash(firstGenome);
/** How many agents share the history, and how long their lives are. */
const agents = 64;
const lifeSteps = 1000;
/** Steps in one commit while the store is filled. */
const bulk = 2000;
/** Commits measured at each size, after some that warm the code. */
const measured = 1000;
const warmUp = 200;

/**
 * Fills a store by its own writer, and measures single steps at each size.
 *
 * @param sizes how many steps are stored at each measurement, growing
 */
export function measureGrowth(sizes: readonly number[]): readonly Growth[] {
  const folder = Deno.makeTempDirSync({ prefix: "vivarium-bench-" });
  const path = `${folder}/house.db`;
  const store = openStore(path);
  store.commit({ genomes: [{ hash, parent: null, genome: firstGenome, createdAtMs: 0 }] });
  store.commit({ agents: Array.from({ length: agents }, (_, index) => agentRow(index)) });
  let stored = 0;
  const next = (): Commit => commitOf(stored++);
  const growth = sizes.map((size): Growth => {
    while (stored < size - measured - warmUp) {
      const many = Math.min(bulk, size - measured - warmUp - stored);
      const commits = Array.from({ length: many }, next);
      const lives = new Map(
        commits.flatMap((each) => each.lives ?? []).map((row) => [`${row.agent}/${row.life}`, row]),
      );
      store.commit({
        lives: [...lives.values()],
        steps: commits.flatMap(({ steps = [] }) => steps),
        events: commits.flatMap(({ events = [] }) => events),
      });
    }
    const times: number[] = [];
    for (let index = 0; index < measured + warmUp && stored < size; index++) {
      const commit = next();
      const before = performance.now();
      store.commit(commit);
      if (index >= warmUp) times.push(performance.now() - before);
    }
    const bytes = ["", "-wal"].reduce((sum, end) => sum + Deno.statSync(path + end).size, 0);
    return { stored, commitMs: spread(times), bytesPerStep: Math.round(bytes / stored) };
  });
  store.close();
  Deno.removeSync(folder, { recursive: true });
  return growth;
}

/** The n-th step of all: agents take turns, and each life has its steps. */
function commitOf(index: number): Commit {
  const of = index % agents;
  const lived = Math.floor(index / agents);
  const life = Math.floor(lived / lifeSteps) + 1;
  const row = stepRow(`agent-${of}`, life, lived % lifeSteps + 1);
  const { agent, step } = row;
  return {
    agents: [agentRow(of, life, lived + 1)],
    lives: [lifeRow(agent, life, step)],
    steps: [row],
    events: [{
      kind: "step.committed",
      agent,
      life,
      step,
      data: { age: step, edited: [], reward: 1, response: "return 1;", elapsedMs: 1 },
    }],
  };
}

function agentRow(index: number, life = 1, steps = 0): AgentRow {
  return {
    name: `agent-${index}`,
    status: "running",
    spec: {},
    firstQuery: "",
    ordinal: index,
    createdAtMs: 0,
    life,
    steps,
    genome: hash,
    query: "",
  };
}

function lifeRow(agent: string, life: number, steps: number): LifeRow {
  return {
    agent,
    life,
    startedAtMs: 0,
    endedAtMs: null,
    end: null,
    bornFrom: hash,
    bornQuery: "",
    steps,
    reward: steps,
    edits: 0,
  };
}

function stepRow(agent: string, life: number, step: number): StepRow {
  return {
    agent,
    life,
    step,
    atMs: 1_800_000_000_000 + step,
    letter: { kind: "tick", from: "supervisor", body: null },
    nowMs: 1_800_000_000_000,
    seed: step,
    energy: 1,
    calls: [{ call: 0, prompt: "return 1;", seed: step, response: "return 1;", model: "scripted" }],
    answers: [{ power: "llm", value: "return 1;" }],
    prints: [],
    returned: 1,
    dropped: [],
    attempts: [],
    usage: { elapsedMs: 1, busyMs: 1, rssBytes: 6e7, printBytes: 0, messages: 0, modelCalls: 1 },
    edited: [],
    genome: hash,
    query: "return 1;",
    lived: true,
    rewards: [{ term: "survival", value: 1 }],
  };
}
