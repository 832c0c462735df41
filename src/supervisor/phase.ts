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
