import type { CellLimits } from "../cell/mod.ts";
import type { Json } from "../core/json.ts";
import type { Cause, Owner } from "../death/mod.ts";

/** A new agent, as a library user writes it; what is not named has the default of a child spec. */
export interface NewAgent {
  /** Letters, digits and dashes; not taken by another agent. */
  readonly name: string;
  /** What its first step asks the model. Default: one of the queries that the policy was taught. */
  readonly firstQuery?: string;
  /** Name of a task of the house, which gives the first query and judges the steps. */
  readonly task?: string;
  /** When it comes back after an end: always, only after an abnormal one, or never. @default "permanent" */
  readonly restart?: "permanent" | "transient" | "temporary";
  /**
   * What a life starts from: the last genome that lived, and further back where that one kills at once;
   * or always the first. @default "last"
   */
  readonly resurrection?: "last" | "first";
  /** Steps after which a life is cut. Default: the house's. */
  readonly horizon?: number;
  /** Limits of its cell, where they differ from the house's. */
  readonly limits?: Partial<CellLimits>;
  /** Powers of the house that it may use, by name. @default none */
  readonly powers?: readonly string[];
}

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
