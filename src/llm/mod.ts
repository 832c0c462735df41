/**
 * The gateway to models: one interface over the embedded policy, scripts, Ollama and OpenAI, with
 * their time limits, retries and token counts.
 *
 * It knows no agent but by name, judges no response and runs none. The house makes a model here, the
 * supervisor asks it. A failure of any provider is a VivariumError `provider`: infrastructure, never
 * the agent's doing.
 */

export { createModel, type ModelDeps } from "./create.ts";
export type { Sampler } from "./policy.ts";
export { guardedModel } from "./guarded.ts";
export { policyPrompt } from "./policy_prompt.ts";
export type { ModelLimits } from "./remote.ts";
export { type ModelSpec, parseModelSpec } from "./spec.ts";
export {
  type Completion,
  type CompletionRequest,
  EndOfScript,
  type Model,
  type PolicyTrace,
} from "./types.ts";
export { systemPrompt } from "./system_prompt.ts";
