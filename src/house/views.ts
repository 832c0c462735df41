import type { Json } from "../core/json.ts";
import type { Cause, Owner } from "../death/mod.ts";

/** A death, as the ledger has it. */
export interface Death {
  /** Its number in the ledger. */
  readonly id: number;
  /** Who died. */
  readonly agent: string;
  /** Number of the life that ended. */
  readonly life: number;
  /** The step that killed; 0 if it died at birth or between steps. */
  readonly step: number;
  /** When, in milliseconds since 1970. */
  readonly atMs: number;
  /** Why. */
  readonly cause: Cause;
  /** Who is to blame. */
  readonly owner: Owner;
  /** The words that killed it. */
  readonly reason: string;
  /** What was being executed, if anything. */
  readonly response: string | null;
  /** Message, stack, exit code, signal, last resource usage. */
  readonly evidence: Json;
  /** Hash of the genome that died. */
  readonly genomeBefore: string;
  /** Version of the policy that wrote the response, if the embedded policy did. */
  readonly policyVersion: number | null;
  /** From the fault to its detection, in milliseconds. */
  readonly detectedMs: number;
}

/** Which deaths are wanted; what is not named does not restrict. */
export interface DeathQuery {
  /** Of this agent. */
  readonly agent?: string;
  /** Of this cause. */
  readonly cause?: Cause;
  /** The newest of them, up to 1000. @default 100 */
  readonly limit?: number;
}
