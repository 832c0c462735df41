import { z } from "zod";

/** When an agent counts as stuck, and what is done about it. */
export const stuckSchema = z.strictObject({
  /** Steps in a row with nothing new; 0: it never counts as stuck. */
  steps: z.int().min(0).max(100_000).default(20),
  /** Whether its life is then cut, and the next begins one genome further back. */
  restart: z.boolean().default(false),
});

/** When an agent counts as stuck, and what is done about it. */
export type StuckRule = z.infer<typeof stuckSchema>;

/** What is looked at of a lived step. */
export interface Sign {
  /** Its number within the life. */
  readonly step: number;
  /** Whether it was one of the agent's own: who handles a letter does what it is for. */
  readonly own: boolean;
  /** Whether it left another genome. */
  readonly edited: boolean;
  /** What it earned beyond being lived. */
  readonly value: number;
  /** What the model said; null if it was not asked. */
  readonly response: string | null;
}

/** Steps in a row with nothing new: no other genome, no value, and the same response each time. */
export interface Spell {
  /** Number of the first of them within the life. */
  readonly since: number;
  readonly steps: number;
  readonly response: string | null;
}

/** The spell that a life is in after a step; undefined if there was something new in it. */
export function spellAfter(spell: Spell | undefined, sign: Sign): Spell | undefined {
  const { step, own, edited, value, response } = sign;
  if (!own || edited || value > 0) return undefined;
  if (spell?.response !== response) return { since: step, steps: 1, response };
  return { ...spell, steps: spell.steps + 1 };
}

/** Whether a spell is so long that its agent counts as stuck. */
export function isStuck(spell: Spell | undefined, { steps }: StuckRule): spell is Spell {
  return steps > 0 && spell !== undefined && spell.steps >= steps;
}
