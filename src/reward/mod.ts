/**
 * The reward room: what a step was worth, as a sum of named terms, and what a life has left to spend.
 * Each is measured outside the agent. It is not where returns and advantages are computed (the trainer)
 * nor where rewards are kept (the store). The supervisor comes in, once a step.
 */
export { energyAfter, energySchema } from "./energy.ts";
export type { EnergySettings } from "./energy.ts";
export {
  defaultRewardWeights,
  rewardOf,
  rewardTerms,
  rewardWeightsSchema,
  totalReward,
  totalValue,
} from "./reward.ts";
export type { Reward, RewardWeights, StepEnd } from "./reward.ts";
export { unpaid, valueOf, valueTerms } from "./value.ts";
export type { SeenStep, Task, TaskView, ValueTerm, Worth } from "./value.ts";
