import type { GenomeHash } from "../core/ids.ts";
import type { AgentRow, Commit, LifeRow, Store } from "../store/types.ts";
import { type Ancestry, recallAncestry } from "./ancestry.ts";
import { closedLife, deathEvent, deathRow } from "./rows.ts";
import { type ChildSpec, parseChildSpec } from "./spec.ts";
import { knownVerdict } from "./verdict.ts";

/** How much of an agent's lineage is read back. */
const recalledGenomes = 64;

/** What an agent's row holds of its spec: all but the genome, which is in the store by its hash. */
export interface StoredSpec {
  readonly spec: ChildSpec;
  readonly firstGenome: GenomeHash;
}

/** Reads the spec back from an agent's row. */
export function storedSpec(row: AgentRow): StoredSpec {
  const { firstGenome, ...spec } = row.spec as Record<string, unknown>;
  return { spec: parseChildSpec(spec), firstGenome: firstGenome as GenomeHash };
}

/** The way of an agent, read back from the ledger. */
export function storedAncestry(store: Store, row: AgentRow, firstGenome: GenomeHash): Ancestry {
  return recallAncestry(
    { genome: firstGenome, query: row.firstQuery },
    store.lineage(row.name, recalledGenomes),
    { genome: row.genome, query: row.query },
  );
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
