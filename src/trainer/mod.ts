/**
 * Learning from lives: episodes to returns, returns to advantages, and one update of the policy.
 *
 * The algorithm is `update.ts`, top to bottom; every setting stands in `settings.ts`. It is not the
 * model (`../policy/llama/`), which it is given, and knows neither files nor processes. The policy process
 * comes in (`workers/policy_trainer.ts`).
 *
 * @module
 */
export { type Advantages, advantages, type GroupedLife, type TrainerMemory } from "./advantages.ts";
export { trainerCalls } from "./calls.ts";
export { discountedReturns, meanReturn, type RewardedLife, symlog } from "./returns.ts";
export { baselines, type TrainerSettings, trainerSettings } from "./settings.ts";
export { Diverged, teaches, update, type UpdateInput, type UpdateResult } from "./update.ts";
