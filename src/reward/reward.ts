import { z } from "zod";
import type { Cause, Owner } from "../death/mod.ts";
import { type ValueTerm, valueTerms } from "./value.ts";

/** What each term of the reward is worth. */
export interface RewardWeights {
  /** A step lived through. @default 1 */
  readonly survival: number;
  /** A death by reaching for a power that was not given; it stands instead of `death`. @default -1000 */
  readonly harm: number;
  /** Any other death of the agent's own making. @default -10 */
  readonly death: number;
  /** A method of this life's making that was called and returned; once a name. @default 5 */
  readonly method: number;
  /** An attribute of this life's making that was read in a later step; once a name. @default 2 */
  readonly attribute: number;
  /** A question that was answered. @default 2 */
  readonly answer: number;
  /** The life's task, solved. @default 20 */
  readonly task: number;
}

/** Checks weights, and fills in the defaults. */
export const rewardWeightsSchema = z.strictObject({
  survival: z.number().default(1),
  harm: z.number().default(-1000),
  death: z.number().default(-10),
  method: z.number().default(5),
  attribute: z.number().default(2),
  answer: z.number().default(2),
  task: z.number().default(20),
});

/**
 * The seed's weights; a smaller loss for a death that hurts nobody else; and something for value,
 * since an agent that never edits lives longest and is worth nothing.
 */
export const defaultRewardWeights: RewardWeights = rewardWeightsSchema.parse({});

/** The terms that have a weight. */
export const rewardTerms = rewardWeightsSchema.keyof().options;

/** How a step ended, as far as the reward is concerned. */
export type StepEnd =
  | { readonly lived: true; readonly values?: readonly ValueTerm[] }
  | { readonly lived: false; readonly cause: Cause; readonly owner: Owner };

/** One term under its name. */
export interface Reward {
  readonly term: string;
  readonly value: number;
}

/**
 * The reward of one step. A death that is not the agent's own carries no reward at all, neither good
 * nor bad: the trainer must not learn from a failing machine.
 *
 * @param end how the step ended
 * @param weights what each term is worth
 * @returns the terms, in a fixed order; empty for a death by infrastructure or operator
 */
export function rewardOf(
  end: StepEnd,
  weights: RewardWeights = defaultRewardWeights,
): readonly Reward[] {
  if (end.lived) {
    const { values = [] } = end;
    const earned = valueTerms.flatMap((term) => {
      const times = values.filter((value) => value === term).length;
      return times === 0 ? [] : [{ term, value: times * weights[term] }];
    });
    return [{ term: "survival", value: weights.survival }, ...earned];
  }
  if (end.owner !== "agent") return [];
  return end.cause === "harm"
    ? [{ term: "harm", value: weights.harm }]
    : [{ term: "death", value: weights.death }];
}

/** The sum of the terms. */
export function totalReward(rewards: readonly Reward[]): number {
  return rewards.reduce((sum, { value }) => sum + value, 0);
}

/** The part of a reward that is for value. */
export function totalValue(rewards: readonly Reward[]): number {
  return totalReward(
    rewards.filter(({ term }) => (valueTerms as readonly string[]).includes(term)),
  );
}
