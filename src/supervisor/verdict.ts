import type { Usage } from "../cell/types.ts";
import { type Cause, classify, type DeathFacts, type Owner, ownerOf } from "../death/mod.ts";
import type { Json } from "../core/json.ts";

/** A death, judged: what goes into the ledger about it. */
export interface Verdict {
  readonly cause: Cause;
  readonly owner: Owner;
  readonly message: string;
  readonly evidence: Json;
  readonly detectedMs: number;
  readonly phase: DeathFacts["phase"];
}

/** A cause that is known from outside: the house itself did it, or saw it. */
export function knownVerdict(
  cause: Cause,
  phase: DeathFacts["phase"],
  message: string,
  evidence: Json = {},
): Verdict {
  return { cause, owner: ownerOf(cause), message, evidence, detectedMs: 0, phase };
}

/** The verdict on a life that has spent what it had. */
export function starved(energy: number): Verdict {
  return knownVerdict("starvation", "idle", "its energy is spent", { energy });
}

/**
 * Judges what was seen of a death.
 *
 * @param facts what was seen
 * @param usage what the turn cost, if one was under way
 * @param providerError set when the model had no answer: whatever the agent made of it, the death is
 * not its own
 */
export function judge(facts: DeathFacts, usage?: Usage, providerError?: string): Verdict {
  const { detectedMs, phase } = facts;
  const measured: Record<string, Json> = usage === undefined ? {} : { usage: { ...usage } };
  if (providerError !== undefined) {
    return { ...knownVerdict("llm", phase, providerError, measured), detectedMs };
  }
  const { cause, owner, message, evidence } = classify(facts);
  return {
    cause,
    owner,
    message,
    evidence: { ...plain(evidence), ...measured },
    detectedMs,
    phase,
  };
}

function plain(evidence: unknown): Record<string, Json> {
  return JSON.parse(JSON.stringify(evidence ?? {})) as Record<string, Json>;
}
