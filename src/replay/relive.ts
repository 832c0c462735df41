import type { Birth, Cell, CellLimits, Died, Outcome, Turn } from "../cell/types.ts";
import type { Clock } from "../core/clock.ts";
import { type Cause, classify } from "../death/mod.ts";
import { type Genome, genomeHash } from "../genome/mod.ts";
import type { StepRow } from "../store/types.ts";
import { RecordedPowers } from "./answers.ts";
import type { RecordedLife } from "./record.ts";

/**
 * A step that was in time then must not be late now because the machine is slower: its deadline is so
 * many times as long.
 */
const patience = 5;

/** How long a turn may take beyond its deadline before the replay gives it up, in milliseconds. */
const graceMs = 2000;

/** What an agent is between two steps. */
export interface Standing {
  readonly genome: Genome;
  readonly query: string;
}

/** The end of one step that was lived again. */
export type Relived =
  | { readonly end: "lived"; readonly now: Standing; readonly departure: string | undefined }
  | { readonly end: "died"; readonly cause: Cause; readonly message: string }
  /** It waits for something that the record does not have. */
  | { readonly end: "lost"; readonly departure: string };

/** One cell in which recorded steps are lived again. */
export class Revival {
  readonly #life: RecordedLife;
  readonly #cell: Cell;
  readonly #clock: Clock;

  constructor(life: RecordedLife, cell: Cell, clock: Clock) {
    this.#life = life;
    this.#cell = cell;
    this.#clock = clock;
  }

  /** Whether the cell can take another life. */
  get usable(): boolean {
    return this.#cell.usable;
  }

  /** Starts a life; with `limits` as they were then, or more patient ones. */
  async birth(from: Standing, limits: CellLimits): Promise<Relived> {
    const { agent, life } = this.#life.death;
    const birth: Birth = { agent, life, ...from, limits };
    const outcome = await this.#cell.birth(birth);
    if (outcome.lived) return { end: "lived", now: from, departure: undefined };
    return verdictOf(outcome);
  }

  /**
   * Lives a recorded step.
   *
   * @param step as the ledger has it
   * @param limits those of the birth
   * @param response instead of the last one that the model gave then
   */
  async live(step: StepRow, limits: CellLimits, response?: string): Promise<Relived> {
    const record = new RecordedPowers(step, this.#clock, response);
    let lost = false;
    const cancel = this.#clock.after(2 * limits.stepMs + graceMs, () => {
      lost = true;
      void this.#cell.kill("the replay waited too long for it");
    });
    let outcome: Outcome;
    try {
      outcome = await this.#cell.turn(turnOf(step), record.powers);
    } finally {
      cancel();
    }
    if (lost) {
      const departure = record.departure ?? record.unanswered ?? "waits for what did not come then";
      return { end: "lost", departure };
    }
    if (!outcome.lived) return verdictOf(outcome);
    const { genome, query } = outcome;
    const departure = record.departure ?? departureOf(step, { genome, query });
    return { end: "lived", now: { genome, query }, departure };
  }
}

/** Limits with which a step that was in time then is in time now. */
export function patient(limits: CellLimits): CellLimits {
  return { ...limits, stepMs: limits.stepMs * patience, cpuMs: limits.cpuMs * patience };
}

/** Limits of a cell that nobody waits for: on a busy machine a process takes its time to start. */
export function unhurried(limits: CellLimits): CellLimits {
  return { ...limits, readyMs: Math.max(limits.readyMs, 60_000) };
}

function turnOf(step: StepRow): Turn {
  const { letter, nowMs, seed, energy } = step;
  const { kind, from, body = null } = letter as unknown as Turn["letter"];
  return { letter: { kind, from, body }, age: step.step - 1, energy: energy ?? 1, nowMs, seed };
}

/** How a step that was lived both times came to something else. */
function departureOf(step: StepRow, now: Standing): string | undefined {
  if (!step.lived) return undefined;
  if (genomeHash(now.genome) !== step.genome) return "led to another genome";
  if (now.query !== step.query) return "led to another query";
  return undefined;
}

function verdictOf({ facts }: Died): Relived {
  const { cause, message } = classify(facts);
  return { end: "died", cause, message };
}
