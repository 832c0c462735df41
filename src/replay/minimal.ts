import type { Cell } from "../cell/types.ts";
import { VivariumError } from "../core/errors.ts";
import type { Cause } from "../death/mod.ts";
import { ddmin } from "./ddmin.ts";
import { type Part, type Parts, partsOf, presentParts, textOf } from "./parts.ts";
import { callsOf, type RecordedLife, recordedLife } from "./record.ts";
import { fromOutside } from "./replay.ts";
import { patient, Revival, type Standing, unhurried } from "./relive.ts";
import type { ReplayPowers } from "./types.ts";

/** Tries of one search at most; a hang takes a deadline's time for each. */
const mostTries = 400;

/** The smallest part of a lethal edit. */
export interface Minimal {
  /** The death's id. */
  readonly id: number;
  readonly cause: Cause;
  /** The step whose response was the lethal edit; it may lie before the one that died of it. */
  readonly step: number;
  /** The response as it was. */
  readonly response: string;
  /** What is enough of it; null where it did not kill again. */
  readonly minimal: string | null;
  /** Statements (lines, where it does not parse) of the whole and of the smallest part. */
  readonly parts: { readonly before: number; readonly after: number };
  /** How often the death was tried. */
  readonly tries: number;
  /** What is to be said beside. */
  readonly why: string | null;
}

/**
 * Finds the smallest part of the lethal edit that still kills with the same cause, by living the death
 * again and again with parts left out: statements, from the outermost inwards, until none that is left
 * can be spared. Where an error killed, it must be the same error.
 *
 * @param powers ledger, clock and cells
 * @param id the death
 * @throws {VivariumError} `not-found` for an unknown death, `conflict` for an end from outside
 */
export async function minimizeDeath(powers: ReplayPowers, id: number): Promise<Minimal> {
  const life = recordedLife(powers.store, id);
  const { death } = life;
  if (fromOutside(death) || death.step === 0) {
    throw new VivariumError("conflict", `no response was the cause of death ${id}`, {
      hint: `it ended by '${death.cause}', ${
        death.step === 0 ? "outside of a step" : "from outside"
      }`,
    });
  }
  const trial = new Trial(powers, life);
  try {
    return await search(trial, life);
  } finally {
    await trial.end();
  }
}

async function search(trial: Trial, life: RecordedLife): Promise<Minimal> {
  const { death } = life;
  const found = await lethalEdit(trial, life);
  const { step, response } = found;
  const parts = partsOf(response);
  const whole = new Set(parts.parts);
  const told = { id: death.id, cause: death.cause, step, response };
  const before = parts.parts.length;
  const wrap = await wrapping(trial, step, textOf(parts, whole));
  if (wrap === undefined || found.why !== undefined) {
    const why = found.why ?? "it did not kill again, so nothing can be left out";
    const minimal = wrap === undefined ? null : "";
    return { ...told, minimal, parts: { before, after: 0 }, tries: trial.tries, why };
  }
  const kept = await smallest(parts, (text) => trial.kills(step, wrap(text)));
  const after = presentParts(parts, kept).length;
  const spent = trial.tries >= mostTries
    ? `the search was given up after ${mostTries} tries`
    : null;
  return {
    ...told,
    minimal: textOf(parts, kept),
    parts: { before, after },
    tries: trial.tries,
    why: spent,
  };
}

/** Level by level, until a whole pass leaves nothing more out (hierarchical, Misherghi and Su 2006). */
export async function smallest(
  parts: Parts,
  kills: (text: string) => Promise<boolean>,
): Promise<ReadonlySet<Part>> {
  let kept: ReadonlySet<Part> = new Set(parts.parts);
  const deepest = Math.max(0, ...parts.parts.map(({ depth }) => depth));
  for (let before = -1; before !== kept.size;) {
    before = kept.size;
    for (let depth = 0; depth <= deepest; depth++) {
      const present = presentParts(parts, kept);
      const others = present.filter((part) => part.depth !== depth);
      const level = present.filter((part) => part.depth === depth);
      const left = await ddmin(
        level,
        (some) => kills(textOf(parts, new Set([...others, ...some]))),
      );
      kept = new Set(presentParts(parts, new Set([...others, ...left])));
    }
  }
  return kept;
}

/**
 * The response without which the life would not have died there: that of the last step or, where that
 * step dies whatever it is told, the latest before it that makes the difference.
 */
async function lethalEdit(
  trial: Trial,
  { steps, death }: RecordedLife,
): Promise<{ readonly step: number; readonly response: string; readonly why?: string }> {
  let last: { readonly step: number; readonly response: string } | undefined;
  for (const row of steps.toReversed()) {
    const response = callsOf(row).findLast((call) => call.response !== undefined)?.response;
    if (response === undefined) continue;
    last ??= { step: row.step, response };
    if (!await trial.kills(row.step, "")) return { step: row.step, response };
  }
  const why = "it dies whatever the model says: what it was born from is lethal";
  return { ...last ?? { step: death.step, response: "" }, why };
}

/** Whether code is enough, or must stand in a fence, as the agent's own `execute` may want it. */
async function wrapping(
  trial: Trial,
  step: number,
  code: string,
): Promise<((text: string) => string) | undefined> {
  const bare = (text: string): string => text;
  const fenced = (text: string): string => `\`\`\`js\n${text}\n\`\`\``;
  for (const wrap of [bare, fenced]) if (await trial.kills(step, wrap(code))) return wrap;
  return undefined;
}

/** Causes of which the message is the error that the code threw. */
const thrown: ReadonlySet<Cause> = new Set(["exception", "rejection"]);

/** Tries what becomes of a life when one of its responses is another. */
class Trial {
  tries = 0;
  readonly #powers: ReplayPowers;
  readonly #life: RecordedLife;
  readonly #known = new Map<string, boolean>();
  #standings: readonly Standing[] | undefined;
  #cell: Cell | undefined;

  constructor(powers: ReplayPowers, life: RecordedLife) {
    this.#powers = powers;
    this.#life = life;
  }

  /** Whether the life dies at its last step, of its own cause, with this response at that step. */
  async kills(step: number, response: string): Promise<boolean> {
    const key = `${step} ${response}`;
    let result = this.#known.get(key);
    if (result === undefined) {
      // What was not tried did not kill: the part that is left is then larger than it could be.
      if (this.tries >= mostTries) return false;
      this.tries++;
      result = await this.#try(step, response);
      this.#known.set(key, result);
    }
    return result;
  }

  /** Kills the cell. */
  async end(): Promise<void> {
    await this.#cell?.kill("the search is over");
  }

  async #try(from: number, response: string): Promise<boolean> {
    const { death, steps, limits } = this.#life;
    this.#standings ??= await this.#walk();
    let now = this.#standings[from - 1];
    if (now === undefined) return false;
    const revival = await this.#revival();
    if ((await revival.birth(now, patient(limits))).end !== "lived") return false;
    for (const row of steps.slice(from - 1)) {
      const strict = row.step === death.step && death.cause === "hang";
      if (strict && (await revival.birth(now, limits)).end !== "lived") return false;
      const other = row.step === from ? response : undefined;
      const outcome = await revival.live(row, strict ? limits : patient(limits), other);
      if (outcome.end === "lived") {
        now = outcome.now;
        continue;
      }
      return outcome.end === "died" && row.step === death.step && outcome.cause === death.cause &&
        (!thrown.has(death.cause) || outcome.message === death.reason);
    }
    return false;
  }

  /** What the agent was before each step. */
  async #walk(): Promise<readonly Standing[]> {
    const { steps, limits } = this.#life;
    const lenient = patient(limits);
    const revival = await this.#revival();
    const standings: Standing[] = [this.#life];
    await revival.birth(this.#life, lenient);
    for (const row of steps.slice(0, -1)) {
      const outcome = await revival.live(row, lenient);
      if (outcome.end !== "lived") break;
      standings.push(outcome.now);
    }
    return standings;
  }

  async #revival(): Promise<Revival> {
    if (this.#cell?.usable !== true) {
      await this.#cell?.kill("it can take no further life");
      this.#cell = await this.#powers.launch(unhurried(this.#life.limits));
    }
    return new Revival(this.#life, this.#cell, this.#powers.clock);
  }
}
