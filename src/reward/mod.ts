/**
 * The reward room: what a step was worth, as a sum of named terms. Each is measured outside the agent.
 * It is not where returns and advantages are computed (the trainer) nor where rewards are kept (the
 * store). The supervisor comes in, once a step.
 */
export { defaultRewardWeights, rewardOf, totalReward } from "./reward.ts";
export type { Reward, RewardWeights, StepEnd } from "./reward.ts";
