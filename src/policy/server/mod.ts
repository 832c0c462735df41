/**
 * What runs in the policy process: sampling in batches, the spool of episodes, training, versions, and the
 * HTTP door to them.
 *
 * It is not the supervisor's side (`../mod.ts`), and not the learning algorithm (`src/trainer/`), which
 * lives in a Worker that it is given. `workers/policy*.ts` come in, nobody else.
 *
 * @module
 */
export { policyApp, type PolicyAppOptions } from "./app.ts";
export { answerCalls, WorkerCalls, type WorkerScope } from "./calls.ts";
export { ContinuousSampling, type RowSampler, type VersionedSample } from "./continuous.ts";
export { MetricsLog, type UpdateDraft } from "./metrics_log.ts";
export { type SamplerCalls, samplerCalls } from "./sampling.ts";
export { PolicyService, type PolicyServiceOptions } from "./service.ts";
export { Spool } from "./spool.ts";
export { crc32c, eventFileHeader, scalarEvent, type Scalars } from "./tensorboard.ts";
export type { TrainerCalls } from "./training.ts";
