/**
 * The supervisor's room: child specs, the decision what comes back and from where, the loop of each
 * agent, and what is written to the ledger. It does not start processes (the cell), judge facts (death),
 * weigh rewards (reward) or keep anything (store). The house builds a supervisor from powers; the API
 * and the commands steer agents through it.
 */
export type { Candidate, ResurrectionRule } from "./ancestry.ts";
export type { EpisodeSink } from "./context.ts";
export type { Backoff } from "./backoff.ts";
export { decide, earlySteps, emptyState, flagsOf, intensityOf } from "./decision.ts";
export type { ChildEvent, ChildState, Decided, Decision, SupervisorState } from "./decision.ts";
export { type Fork, forkSpec, type ForkStore } from "./fork.ts";
export type { AgentView, SupervisorEnd, SupervisorOptions } from "./options.ts";
export type { SupervisorView } from "./node.ts";
export { SupervisorRegistry } from "./registry.ts";
export { type AgentPhase, agentPhases } from "./phase.ts";
export {
  childSpecSchema,
  nestedSpecSchema,
  parseChildSpec,
  parseSupervisorSpec,
  supervisorSpecSchema,
  templateSchema,
} from "./spec.ts";
export type {
  ChildSpec,
  ChildSpecInput,
  NestedSpec,
  NestedSpecInput,
  SpawnInput,
  SupervisorSpec,
  SupervisorSpecInput,
} from "./spec.ts";
export {
  autoShutdowns,
  type RestartType,
  restartTypes,
  strategies,
  type Strategy,
} from "./tree/mod.ts";
export { Supervisor } from "./supervisor.ts";
