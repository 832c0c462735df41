import { type Cause, type Owner, ownerOf } from "./causes.ts";
import type { DeathFacts } from "./facts.ts";

/** What a death was. */
export interface Verdict {
  readonly cause: Cause;
  readonly owner: Owner;
  /** One line, as a person reads it. */
  readonly message: string;
  /** What the verdict rests on: JSON for the ledger. */
  readonly evidence: Readonly<Record<string, string | number>>;
}

/**
 * Tells the cause of a death from what was seen of it. What was measured from outside outweighs what
 * the cell said, but for a fault that no catch can undo and that was said before the end (harm, exit,
 * flood): it is the reason for what followed.
 *
 * @param facts all that was seen
 * @returns cause, owner, a line for people, and the evidence
 */
export function classify(facts: DeathFacts): Verdict {
  const cause = causeOf(facts);
  return {
    cause,
    owner: ownerOf(cause),
    message: messageFor(cause, facts),
    evidence: evidenceOf(facts),
  };
}

/** Faults that were certain when they were said, whatever the process did afterwards. */
const certain: ReadonlySet<string> = new Set(["harm", "exit", "llm"]);

function causeOf(facts: DeathFacts): Cause {
  const { fault, exit, protocol } = facts;
  if (facts.stopped === true && fault === undefined && protocol === undefined) return "cell";
  if (facts.phase === "birth" && (fault !== undefined || facts.deadlineMs !== undefined)) {
    return "spawn";
  }
  if (fault !== undefined && certain.has(fault.kind)) return fault.kind;
  if (protocol !== undefined) return protocol.startsWith("flood") ? "flood" : "forgery";
  if (facts.memory !== undefined) return "memory";
  if (fault !== undefined) return refused.test(fault.message) ? "memory" : fault.kind;
  // A fatal signal is never the house's: the process ended itself before a kill could reach it.
  const fatal = exit !== undefined && fatalSignals.has(exit.signal ?? "");
  if (facts.deadlineMs !== undefined && !fatal) return "hang";
  if (exit !== undefined && (fatal || exit.by === "itself")) return causeOfExit(exit, facts.stderr);
  return "cell";
}

/** V8's last words when the heap is full, or when one value would be larger than it allows. */
const heapWords = /Fatal (?:JavaScript|process) |out of memory|heap limit/i;

/** An allocator's last words when the system refuses memory. */
const memoryWords = /memory allocation of \d+ bytes failed|bad_alloc/;

/** V8's words to the agent when the kernel's cap refuses memory outside the heap. */
const refused =
  /^RangeError: (?:Array buffer allocation failed|ArrayBuffer\.prototype\.resize: Out of memory)/;

/** Signals by which a process ends itself on a fatal error (CONTAINMENT.md, wait status). */
const fatalSignals: ReadonlySet<string> = new Set(["SIGTRAP", "SIGABRT", "SIGSEGV", "SIGILL"]);

/** How a process that nobody killed tells why it ended. */
function causeOfExit(exit: { code: number; signal: string | null }, stderr: string): Cause {
  // The kernel refused a call that no honest cell makes.
  if (exit.signal === "SIGSYS") return "harm";
  if (exit.signal !== null && !fatalSignals.has(exit.signal)) return "cell";
  if (exit.signal !== null || exit.code >= 128) {
    if (heapWords.test(stderr)) return "heap";
    // At the kernel's cap an allocator may end the process without a word.
    return memoryWords.test(stderr) || exit.signal === "SIGABRT" ? "memory" : "cell";
  }
  return "exit";
}

function messageFor(cause: Cause, facts: DeathFacts): string {
  const { fault, exit, memory } = facts;
  switch (cause) {
    case "hang":
      return facts.phase === "idle"
        ? `it worked for ${facts.deadlineMs} ms without a turn`
        : `the step was not over after ${facts.deadlineMs} ms`;
    case "memory":
      return memory === undefined
        ? fault?.message ?? "too much memory outside the heap"
        : `${megabytes(memory.rssBytes)} MB resident, at most ${megabytes(memory.limitBytes)}`;
    case "heap":
      return "the heap ran full: " + lastLineAbout(facts.stderr, heapWords);
    case "forgery":
    case "flood":
      return fault?.message ?? facts.protocol ?? "a fault of the protocol";
    case "cell":
      if (facts.stopped === true) return "the process was stopped from outside";
      return exit === undefined
        ? "the process failed"
        : `the process ended: ${exit.signal ?? `exit code ${exit.code}`}`;
    case "harm":
      return fault?.message ?? "it made a call to the kernel that no honest cell makes";
    case "spawn":
      return fault?.message ?? `it was not born after ${facts.deadlineMs} ms`;
    default:
      return fault?.message ?? `exit code ${exit?.code ?? "unknown"}`;
  }
}

function evidenceOf(facts: DeathFacts): Record<string, string | number> {
  const { fault, exit, memory } = facts;
  const evidence: Record<string, string | number> = {
    phase: facts.phase,
    detectedMs: facts.detectedMs,
  };
  if (fault !== undefined) {
    evidence["fault"] = fault.kind;
    evidence["message"] = fault.message;
    if (fault.stack !== undefined) evidence["stack"] = fault.stack;
  }
  if (exit !== undefined) {
    evidence["exitCode"] = exit.code;
    if (exit.signal !== null) evidence["signal"] = exit.signal;
    evidence["killedBy"] = exit.by;
  }
  if (facts.deadlineMs !== undefined) evidence["deadlineMs"] = facts.deadlineMs;
  if (facts.stopped === true) evidence["state"] = "stopped";
  if (memory !== undefined) {
    evidence["rssBytes"] = memory.rssBytes;
    evidence["limitBytes"] = memory.limitBytes;
  }
  if (facts.protocol !== undefined) evidence["protocol"] = facts.protocol;
  if (facts.stderr !== "") evidence["stderr"] = facts.stderr;
  return evidence;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}

function lastLineAbout(text: string, about: RegExp): string {
  return text.split("\n").findLast((line) => about.test(line))?.trim() ?? "";
}
