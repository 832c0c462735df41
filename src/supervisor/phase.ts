import type { AgentStatus } from "../store/types.ts";

/** What an agent is doing at this moment. The last three are for good, as far as this run goes. */
export const agentPhases = [
  "starting",
  "idle",
  "turn",
  "backoff",
  "finished",
  "stopped",
  "failed",
] as const;

/** What an agent is doing at this moment. */
export type AgentPhase = typeof agentPhases[number];

/** Ends an agent, not only its life. */
export interface StopOrder {
  /** The house goes down, or a person stopped this agent. */
  readonly cause: "shutdown" | "operator";
  /** What is written about the agent; undefined leaves its row alone: it goes on when the house does. */
  readonly status?: AgentStatus;
}
