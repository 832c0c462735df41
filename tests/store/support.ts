import type { GenomeHash } from "../../src/core/ids.ts";
import type { Cause } from "../../src/death/mod.ts";
import { ownerOf } from "../../src/death/mod.ts";
import { firstGenome, type Genome, genomeHash } from "../../src/genome/mod.ts";
import {
  type AgentRow,
  type DeathRow,
  type GenomeRow,
  type LifeRow,
  openStore,
  type StepRow,
  type Store,
} from "../../src/store/mod.ts";

/** Runs a test on a store in a file of its own. */
export async function withStore(
  test: (store: Store, path: string) => Promise<void> | void,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "vivarium-store-" });
  const path = `${folder}/house.db`;
  const store = openStore(path);
  try {
    await test(store, path);
  } finally {
    store.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** A genome that differs from others by its state. */
export function genomeRow(state: Genome["state"], parent: GenomeHash | null = null): GenomeRow {
  const genome = { ...firstGenome, state };
  return { hash: genomeHash(genome), parent, genome, createdAtMs: 1 };
}

/** The genome that the rows below refer to. */
export const first = genomeRow({});

export function agentRow(name: string, more: Partial<AgentRow> = {}): AgentRow {
  return {
    name,
    status: "running",
    spec: { name, restart: "permanent" },
    firstQuery: "Define a method.",
    ordinal: 0,
    createdAtMs: 1000.5,
    life: 0,
    steps: 0,
    genome: first.hash,
    query: "Define a method.",
    ...more,
  };
}

export function lifeRow(agent: string, life: number, more: Partial<LifeRow> = {}): LifeRow {
  return {
    agent,
    life,
    startedAtMs: 2000,
    endedAtMs: null,
    end: null,
    bornFrom: first.hash,
    bornQuery: "Define a method.",
    steps: 0,
    reward: 0,
    edits: 0,
    ...more,
  };
}

export function stepRow(
  agent: string,
  life: number,
  step: number,
  more: Partial<StepRow> = {},
): StepRow {
  return {
    agent,
    life,
    step,
    atMs: 3000,
    letter: { kind: "tick", from: "supervisor" },
    nowMs: 4000,
    seed: 0xffffffff,
    energy: 1,
    calls: [{ prompt: "p", response: "r" }],
    answers: [{ request: 0, power: "llm" }],
    prints: ["hello"],
    returned: null,
    dropped: [],
    attempts: [],
    usage: { elapsedMs: 1.25 },
    edited: [],
    genome: first.hash,
    query: "r",
    lived: true,
    rewards: [{ term: "survival", value: 1 }],
    ...more,
  };
}

export function deathRow(
  agent: string,
  life: number,
  cause: Cause,
  more: Partial<DeathRow> = {},
): Omit<DeathRow, "id"> {
  return {
    agent,
    life,
    step: 1,
    atMs: 5000,
    supervisor: "root",
    context: "child-terminated",
    reason: "x is not defined",
    offender: { name: agent },
    cause,
    owner: ownerOf(cause),
    evidence: { message: "x is not defined", exit: null },
    genomeBefore: first.hash,
    response: "x()",
    policyVersion: null,
    detectedMs: 0.75,
    decision: { kind: "restart", delayMs: 10 },
    ...more,
  };
}
