import { type CellLimits, defaultCellLimits } from "../cell/types.ts";
import { VivariumError } from "../core/errors.ts";
import type { Genome } from "../genome/mod.ts";
import type { DeathRow, StepRow } from "../store/types.ts";
import type { ReplayStore } from "./types.ts";

/** A life that ended in death, as the ledger has it: all that was not determined by its genome. */
export interface RecordedLife {
  readonly death: DeathRow;
  readonly genome: Genome;
  readonly query: string;
  /** As they were when it died. */
  readonly limits: CellLimits;
  /** In order, the lethal one included. */
  readonly steps: readonly StepRow[];
}

/**
 * Reads a death's life from the ledger.
 *
 * @throws {VivariumError} `not-found` for an unknown death, `database` where its life is not whole
 */
export function recordedLife(store: ReplayStore, id: number): RecordedLife {
  const death = store.death(id);
  if (death === undefined) {
    throw new VivariumError("not-found", `there is no death ${id}`, {
      hint: "GET /v1/deaths lists them",
    });
  }
  const { agent, life: number } = death;
  const life = store.life(agent, number);
  const genome = life === undefined ? undefined : store.genome(life.bornFrom)?.genome;
  const steps = stepsOf(store, agent, number);
  if (life === undefined || genome === undefined || steps.some(({ step }, at) => step !== at + 1)) {
    throw new VivariumError("database", `the ledger of life ${number} of '${agent}' is not whole`, {
      hint: "`deno task vivarium doctor` says what is missing",
    });
  }
  // An older Vivarium did not keep it; an agent that has not changed its `step` says it to the model.
  const query = life.bornQuery ?? callsOf(steps[0])[0]?.prompt ?? "";
  return { death, genome, query, limits: limitsThen(death), steps };
}

function stepsOf(store: ReplayStore, agent: string, life: number): readonly StepRow[] {
  const steps: StepRow[] = [];
  let cursor: string | null | undefined;
  do {
    const at: { cursor?: string } = cursor ? { cursor } : {};
    const page = store.steps(agent, { life, limit: 1000, ...at });
    steps.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return steps;
}

/** The limits of the child spec under which it died. */
function limitsThen({ offender }: DeathRow): CellLimits {
  const spec = (offender ?? {}) as { readonly limits?: Partial<CellLimits> };
  return { ...defaultCellLimits, ...spec.limits };
}

/** A model call, as the ledger keeps it. */
export interface RecordedCall {
  readonly prompt: string;
  readonly response?: string;
  readonly error?: string;
}

/** The model calls of a step. */
export function callsOf(step: StepRow | undefined): readonly RecordedCall[] {
  // Written by the house itself, as `OpenTurn` has it.
  return (step?.calls ?? []) as unknown as readonly RecordedCall[];
}

/** An answer of the house, as the ledger keeps it. */
export interface RecordedAnswer {
  readonly request: number;
  readonly power: "llm" | "send" | "ask" | "use";
  readonly value?: StepRow["returned"];
  readonly error?: string;
  readonly code?: string;
}

/**
 * The answers of a step in the order in which they were given. Steps of an older Vivarium have only
 * the model's: those, and then nothing.
 */
export function answersOf(step: StepRow): readonly RecordedAnswer[] | undefined {
  return step.answers === null ? undefined : step.answers as unknown as readonly RecordedAnswer[];
}
