import type { Cause } from "../death/mod.ts";
import type { CellLimits } from "./types.ts";

/** The limits that are numbers. */
export type LimitName = Exclude<keyof CellLimits, "profile">;

/** One limit of a cell. */
export interface LimitRule {
  /** What it bounds, with its unit. */
  readonly text: string;
  /** Where a child spec does not name it. */
  readonly default: number;
  /** The least and the most that a child spec may name. */
  readonly least: number;
  readonly most: number;
  /** What becomes of more: the cause of a death, or a refusal. */
  readonly beyond: Cause | "an error";
}

/**
 * Every limit of a cell: the one list behind the defaults, the check of a child spec, what the API
 * shows, and the reference.
 */
export const limitRules: Readonly<Record<LimitName, LimitRule>> = {
  stepMs: {
    text: "deadline of a step, waits for the house excluded, in milliseconds",
    default: 2000,
    least: 10,
    most: 3_600_000,
    beyond: "hang",
  },
  cpuMs: {
    text: "processor time of a step, all threads of the process together, in milliseconds",
    default: 10_000,
    least: 50,
    most: 3_600_000,
    beyond: "cpu",
  },
  readyMs: {
    text: "deadline from the start of the process to ready, in milliseconds",
    default: 10_000,
    least: 100,
    most: 600_000,
    beyond: "cell",
  },
  heapMb: { text: "V8's heap, in MiB", default: 64, least: 16, most: 65_536, beyond: "heap" },
  memoryMb: {
    text: "resident memory of the process, in MiB",
    default: 320,
    least: 64,
    most: 262_144,
    beyond: "memory",
  },
  printBytes: {
    text: "what a step may print, in bytes of UTF-8",
    default: 65_536,
    least: 0,
    most: 16_777_216,
    beyond: "flood",
  },
  messages: {
    text: "messages and uses of powers in a step",
    default: 64,
    least: 0,
    most: 100_000,
    beyond: "flood",
  },
  modelCalls: {
    text: "calls of the model in a step",
    default: 8,
    least: 0,
    most: 64,
    beyond: "flood",
  },
  modelTokens: {
    text: "tokens of the model in a step, read and written, as the model counts them",
    default: 65_536,
    least: 1,
    most: 1_000_000_000,
    beyond: "flood",
  },
  timers: {
    text: "timers that wait at once",
    default: 256,
    least: 0,
    most: 10_000,
    beyond: "an error",
  },
  genomeBytes: {
    text: "a genome's canonical text, in bytes",
    default: 65_536,
    least: 1024,
    most: 16_777_216,
    beyond: "contract",
  },
  frameBytes: {
    text: "one frame on the pipe, in bytes",
    default: 1_048_576,
    least: 4096,
    most: 268_435_456,
    beyond: "flood",
  },
};

/** The names of the limits, in the order of the list. */
export const limitNames = Object.keys(limitRules) as LimitName[];

/** Makes something of every limit, by its name. */
export function ofEveryLimit<T>(make: (rule: LimitRule) => T): Record<LimitName, T> {
  const made = limitNames.map((name) => [name, make(limitRules[name])] as const);
  return Object.fromEntries(made) as Record<LimitName, T>;
}

/** The limits of an agent whose child spec names none. */
export const defaultCellLimits: CellLimits = ofEveryLimit((rule) => rule.default);
