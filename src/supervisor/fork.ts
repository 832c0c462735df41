import { VivariumError } from "../core/errors.ts";
import type { GenomeHash } from "../core/ids.ts";
import type { AgentRow, Store } from "../store/types.ts";
import type { ChildSpecInput } from "./spec.ts";

/** The ledger, as a fork reads it. */
export type ForkStore = Pick<Store, "agent" | "genome" | "genomesOf" | "life" | "step">;

/** From where a fork goes on; the present genome where nothing is named. */
export interface Fork {
  /** A genome that the agent has been. */
  readonly genome?: string | undefined;
  /** A life: its last state before `step`, or its birth where no step is named. */
  readonly life?: number | undefined;
  /** A step of that life: what the agent was after it. */
  readonly step?: number | undefined;
}

/** A place in an agent's history: what it was there, and what it would ask next. */
interface ForkPoint {
  readonly hash: GenomeHash;
  readonly query: string;
}

/**
 * The child spec of a new agent that goes on from where another one was: with its genome, its state and
 * its query, under the same rules.
 *
 * @param store the ledger
 * @param parent whose history it is
 * @param name of the new agent
 * @param from the place in that history
 * @throws {VivariumError} `not-found` for an agent, a genome or a step that is not there, `bad-request`
 *   for a place that is named in two ways
 */
export function forkSpec(
  store: ForkStore,
  parent: string,
  name: string,
  from: Fork = {},
): ChildSpecInput {
  const row = store.agent(parent);
  if (row === undefined) {
    throw new VivariumError("not-found", `there is no agent '${parent}'`, {
      hint: "GET /v1/agents lists them",
    });
  }
  const { hash, query } = pointOf(store, row, from);
  const genome = store.genome(hash)?.genome;
  if (genome === undefined) throw new VivariumError("database", `genome ${hash} is missing`);
  const { firstGenome: _, ...spec } = row.spec as Record<string, unknown>;
  // It was checked when the parent was spawned, and is checked again when the fork is.
  return { ...spec, name, firstQuery: query, genome } as ChildSpecInput;
}

function pointOf(store: ForkStore, row: AgentRow, { genome, life, step }: Fork): ForkPoint {
  if ((genome !== undefined && life !== undefined) || (step !== undefined && life === undefined)) {
    throw new VivariumError("bad-request", `cannot fork '${row.name}': name one place`, {
      hint: "give 'genome', or 'life', or 'life' and 'step'",
    });
  }
  if (genome !== undefined) return ofGenome(store, row, genome);
  if (life !== undefined) return ofStep(store, row, life, step ?? 0);
  return { hash: row.genome, query: row.query };
}

function ofGenome(store: ForkStore, row: AgentRow, hash: string): ForkPoint {
  if (row.genome === hash) return { hash: row.genome, query: row.query };
  const { firstGenome } = row.spec as { readonly firstGenome?: GenomeHash };
  if (firstGenome === hash) return { hash: firstGenome, query: row.firstQuery };
  let cursor: string | null | undefined;
  do {
    const at: { cursor?: string } = cursor ? { cursor } : {};
    const page = store.genomesOf(row.name, { limit: 10_000, ...at });
    const found = page.items.find((each) => each.hash === hash);
    if (found !== undefined) return ofStep(store, row, found.life, found.step);
    cursor = page.next;
  } while (cursor !== null);
  throw new VivariumError("not-found", `'${row.name}' has never been genome ${hash}`, {
    hint: `GET /v1/agents/${row.name}/lineage lists what it has been`,
  });
}

/** After a step, or, as step 0, at a life's birth. */
function ofStep(store: ForkStore, row: AgentRow, life: number, step: number): ForkPoint {
  const lived = step === 0 ? undefined : store.step(row.name, life, step);
  if (lived !== undefined) return { hash: lived.genome, query: lived.query };
  const born = step === 0 ? store.life(row.name, life) : undefined;
  if (born === undefined) {
    const what = step === 0 ? `life ${life}` : `step ${step} of life ${life}`;
    throw new VivariumError("not-found", `there is no ${what} of '${row.name}'`, {
      hint: `GET /v1/agents/${row.name}/steps lists them`,
    });
  }
  return { hash: born.bornFrom, query: born.bornQuery ?? row.firstQuery };
}
