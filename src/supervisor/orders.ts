import type { DeathFacts } from "../death/mod.ts";
import type { AgentStatus } from "../store/types.ts";
import { parked } from "./rows.ts";
import { knownVerdict, type Verdict } from "./verdict.ts";

/** Ends an agent, not only its life. */
export interface StopOrder {
  /** The house goes down, or a person stopped this agent. */
  readonly cause: "shutdown" | "operator";
  /** Why, in words. @default "stopped by", and the cause */
  readonly why?: string;
  /** What is written about the agent; undefined leaves its row alone: it goes on when the house does. */
  readonly status?: AgentStatus;
}

/** What is written about an agent that was ended. */
export function reasonOf({ cause, why }: StopOrder): string {
  return why ?? `stopped by an ${cause}`;
}

/**
 * The verdict on a life that the house itself ended.
 *
 * @param stop the order, if the agent ends with its life
 * @param byParent whether its supervisor stops it, and may start it again
 * @param phase where the life was
 * @param why what else ended it, such as a link; undefined for a person
 */
export function orderedVerdict(
  stop: StopOrder | undefined,
  byParent: boolean,
  phase: DeathFacts["phase"],
  why?: string,
): Verdict {
  if (stop === undefined && !byParent && why !== undefined) return ordered("shutdown", phase, why);
  const cause = stop?.cause ?? (byParent ? "shutdown" : "operator");
  if (cause === "operator") return ordered(cause, phase, "a person ended it");
  return ordered(cause, phase, stop?.why ?? (byParent ? parked : "the house was shut down"));
}

/** Whoever reads the evidence finds a kill of the house named there, as for any other rule. */
function ordered(cause: StopOrder["cause"], phase: DeathFacts["phase"], why: string): Verdict {
  return knownVerdict(cause, phase, why, { rule: "order", why });
}
