/**
 * The policy as its users see it: a process to be started, and a client to talk to it.
 *
 * Nothing here loads ONNX Runtime: that is for the process itself (`workers/policy.ts`), whose parts are
 * rooms of their own: `llama/` (the model), `checkpoint/` (files), `server/` (the process's inside).
 * The house comes in to start it, the gateway to ask it, the API to show it.
 *
 * @module
 */
export {
  type ModelFormat,
  modelFormats,
  PolicyClient,
  type PolicyClientOptions,
  type SampleAnswer,
  type SampleRequest,
} from "./client.ts";
export {
  type PolicyExit,
  type PolicyProcess,
  type PolicyProcessOptions,
  startPolicyProcess,
} from "./process.ts";
export { firstQueries, type FirstQuery } from "./queries.ts";
