import type { GenomeHash } from "../core/ids.ts";
import type { AgentRow, Commit, LifeRow, Store } from "../store/types.ts";
import { type Ancestry, recallAncestry } from "./ancestry.ts";
import { closedLife, deathEvent, deathRow } from "./rows.ts";
import { type ChildSpec, type NestedSpec, parseChildSpec, parseNestedSpec } from "./spec.ts";
import { knownVerdict } from "./verdict.ts";

/** How much of an agent's lineage is read back. */
const recalledGenomes = 64;

/** What an agent's row holds of its spec: all but the genome, which is in the store by its hash. */
export interface StoredSpec {
  readonly spec: ChildSpec;
  readonly firstGenome: GenomeHash;
}

/** The row of an agent that has not lived. */
export function newAgentRow(
  spec: Omit<ChildSpec, "genome">,
  firstQuery: string,
  { hash, ...place }: Pick<AgentRow, "ordinal" | "createdAtMs" | "life"> & {
    readonly hash: GenomeHash;
  },
): AgentRow {
  return {
    ...place,
    name: spec.name,
    status: "running",
    spec: JSON.parse(JSON.stringify({ ...spec, firstGenome: hash })),
    firstQuery,
    steps: 0,
    genome: hash,
    query: firstQuery,
  };
}

/** Reads the spec back from an agent's row. */
export function storedSpec(row: AgentRow): StoredSpec {
  const { firstGenome, ...spec } = row.spec as Record<string, unknown>;
  return { spec: parseChildSpec(spec), firstGenome: firstGenome as GenomeHash };
}

/** The way of an agent, read back from the ledger. */
export function storedAncestry(
  store: Store,
  row: AgentRow,
  { spec, firstGenome }: StoredSpec,
): Ancestry {
  return recallAncestry(
    { genome: firstGenome, query: row.firstQuery },
    store.lineage(row.name, recalledGenomes),
    { genome: row.genome, query: row.query },
    // Asked for each genome, so only where somebody asks for how long it was lived with.
    spec.probation > 0 ? (genome) => store.livedWith(row.name, genome) : undefined,
  );
}

/** Where the specs of the supervisors under the house's own one are kept. */
const supervisorsKey = "supervisors";

/** The supervisors of a database, each after the one that it is under. */
export function storedSupervisors(store: Store): readonly NestedSpec[] {
  const kept = store.getMeta(supervisorsKey);
  return Array.isArray(kept) ? kept.map((each) => parseNestedSpec(each)) : [];
}

/** Keeps the supervisors, each after the one that it is under. */
export function keepSupervisors(store: Store, specs: readonly NestedSpec[]): void {
  store.setMeta(supervisorsKey, JSON.parse(JSON.stringify(specs)));
}

/** All agents of a database, in start order. */
export function allAgents(store: Store): readonly AgentRow[] {
  const found: AgentRow[] = [];
  let next: string | null | undefined;
  while (next !== null) {
    const page = store.agents({ limit: 1000, ...(next === undefined ? {} : { cursor: next }) });
    found.push(...page.items);
    next = page.next;
  }
  return found;
}

/**
 * Closes a life that was open when the house was killed: a death by `host`, which is nobody's fault.
 *
 * @param supervisor name of the supervisor that came back
 * @param row the agent
 * @param life its open life
 * @param atMs now
 */
export function hostDeath(supervisor: string, row: AgentRow, life: LifeRow, atMs: number): Commit {
  const verdict = knownVerdict("host", "idle", "the house was killed while this life was open");
  const death = deathRow(verdict, {
    supervisor,
    context: "child-terminated",
    offender: row.spec,
    agent: row.name,
    life: life.life,
    step: 0,
    atMs,
    genomeBefore: row.genome,
    turn: undefined,
    decision: { kind: "restart", delayMs: 0, from: "last", genome: row.genome },
  });
  return {
    lives: [closedLife(life, "death", atMs, 0)],
    deaths: [death],
    events: [deathEvent(death, life.steps, 0, row.genome)],
  };
}
