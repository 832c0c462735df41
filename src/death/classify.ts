import { type Cause, type Owner, ownerOf } from "./causes.ts";
import type { DeathFacts, Kill } from "./facts.ts";

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
  const { fault, exit, kill } = facts;
  const late = kill?.rule === "deadline";
  if (late && kill.stopped === true && fault === undefined) return "cell";
  if (facts.phase === "birth" && fault === undefined && keptWaiting(kill)) return "cell";
  if (facts.phase === "birth" && (fault !== undefined || late)) return "spawn";
  if (fault !== undefined && certain.has(fault.kind)) return fault.kind;
  if (kill?.rule === "protocol") return kill.kind;
  if (kill?.rule === "memory" || kill?.rule === "cpu") return kill.rule;
  // A birth that came upon it is another life's.
  if (kill?.rule === "idle") return kill.stopped || facts.phase === "birth" ? "cell" : "hang";
  if (fault !== undefined) return refused.test(fault.message) ? "memory" : fault.kind;
  // A fatal signal is never the house's: the process ended itself before a kill could reach it.
  const fatal = exit !== undefined && fatalSignals.has(exit.signal ?? "");
  if (late && !fatal) return "hang";
  if (exit !== undefined && (fatal || kill === undefined)) return causeOfExit(exit, facts.stderr);
  return "cell";
}

/**
 * Whether a birth had so little of a processor by its deadline that the machine is to blame: it compiles,
 * and waits for nothing of its own.
 */
function keptWaiting(kill: Kill | undefined): boolean {
  return kill?.rule === "deadline" && kill.processorMs !== undefined &&
    kill.processorMs < kill.deadlineMs / 10;
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
  const { fault, exit, kill } = facts;
  switch (cause) {
    case "hang":
    case "cpu":
      return killWords(kill, facts.phase);
    case "memory":
      return kill?.rule === "memory"
        ? killWords(kill, facts.phase)
        : fault?.message ?? "too much memory outside the heap";
    case "heap":
      return "the heap ran full: " + lastLineAbout(facts.stderr, heapWords);
    case "cell":
      if (kill !== undefined || exit === undefined) return killWords(kill, facts.phase);
      return `the process ended: ${exit.signal ?? `exit code ${exit.code}`}`;
    case "harm":
      return fault?.message ?? "it made a call to the kernel that no honest cell makes";
    case "forgery":
    case "flood":
    case "spawn":
      return fault?.message ?? killWords(kill, facts.phase);
    default:
      return fault?.message ?? `exit code ${exit?.code ?? "unknown"}`;
  }
}

/** Why the house killed, as a person reads it. */
function killWords(kill: Kill | undefined, phase: DeathFacts["phase"]): string {
  switch (kill?.rule) {
    case "deadline":
      if (kill.stopped === true) return "the process was stopped from outside";
      if (phase === "birth" && keptWaiting(kill)) {
        return `the machine kept it waiting: ${kill.processorMs} ms of processor time in ${kill.deadlineMs} ms`;
      }
      return phase === "birth"
        ? `it was not born after ${kill.deadlineMs} ms`
        : `the step was not over after ${kill.deadlineMs} ms`;
    case "idle":
      return kill.stopped === true
        ? "the process was stopped from outside"
        : `it worked for ${kill.limitMs} ms without a turn`;
    case "grace":
      return `it did not end within ${kill.graceMs} ms of its fault`;
    case "cpu":
      return `${kill.processorMs} ms of processor time in a step, at most ${kill.limitMs}`;
    case "memory":
      return `${megabytes(kill.rssBytes)} MB resident, at most ${megabytes(kill.limitBytes)}`;
    case "protocol":
      return `${kill.kind}: ${kill.message}`;
    case "order":
      return `the house ended the process: ${kill.why}`;
    case undefined:
      return "the process failed";
  }
}

function evidenceOf(facts: DeathFacts): Record<string, string | number> {
  const { fault, exit, kill } = facts;
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
    evidence["killedBy"] = kill !== undefined ? "house" : isOwnEnd(exit) ? "itself" : "unknown";
  }
  if (kill !== undefined) Object.assign(evidence, killEvidence(kill));
  if (facts.stderr !== "") evidence["stderr"] = facts.stderr;
  return evidence;
}

/** The rule by which the house killed, and the rule's figures. */
function killEvidence(kill: Kill): Record<string, string | number> {
  const { rule } = kill;
  switch (rule) {
    case "deadline": {
      const { deadlineMs, processorMs, stopped } = kill;
      return {
        rule,
        deadlineMs,
        ...(processorMs === undefined ? {} : { processorMs }),
        ...(stopped === undefined ? {} : { state: "stopped" }),
      };
    }
    case "idle": {
      const { limitMs, stopped } = kill;
      return { rule, limitMs, ...(stopped === undefined ? {} : { state: "stopped" }) };
    }
    case "protocol":
      return { rule, protocol: `${kill.kind}: ${kill.message}` };
    case "grace":
    case "cpu":
    case "memory":
    case "order":
      return { ...kill };
    default:
      return rule satisfies never;
  }
}

/** Whether a process that the house did not kill ended by its own doing: it left, or a fatal error ended it. */
function isOwnEnd({ signal }: { readonly signal: string | null }): boolean {
  return signal === null || fatalSignals.has(signal) || signal === "SIGSYS";
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}

function lastLineAbout(text: string, about: RegExp): string {
  return text.split("\n").findLast((line) => about.test(line))?.trim() ?? "";
}
