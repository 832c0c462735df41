import type { Cause, Owner } from "../death/mod.ts";

/** What each term is worth. */
export interface RewardWeights {
  /** A step lived through. @default 1 */
  readonly survival: number;
  /** A death by reaching for a power that was not given; it stands instead of `death`. @default -1000 */
  readonly harm: number;
  /** Any other death of the agent's own making. @default -10 */
  readonly death: number;
}

/** The seed's weights, and a smaller loss for a death that hurts nobody else. */
export const defaultRewardWeights: RewardWeights = { survival: 1, harm: -1000, death: -10 };

/** How a step ended, as far as the reward is concerned. */
export type StepEnd =
  | { readonly lived: true }
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
  if (end.lived) return [{ term: "survival", value: weights.survival }];
  if (end.owner !== "agent") return [];
  return end.cause === "harm"
    ? [{ term: "harm", value: weights.harm }]
    : [{ term: "death", value: weights.death }];
}

/** The sum of the terms. */
export function totalReward(rewards: readonly Reward[]): number {
  return rewards.reduce((sum, { value }) => sum + value, 0);
}
