/** What the warden, or the shell through it, said of a fault. A claim: bounded, and never believed
 * about time, memory or exit. */
export interface Fault {
  readonly kind:
    | "syntax"
    | "exception"
    | "rejection"
    | "stack-overflow"
    | "contract"
    | "flatline"
    | "harm"
    | "flood"
    | "forgery"
    | "llm"
    | "exit";
  readonly message: string;
  readonly stack?: string;
}

/**
 * Why the house killed a cell's process: by which rule, with the figures that it rests on. Nothing in the
 * house can kill a cell without one.
 */
export type Kill =
  | {
    readonly rule: "deadline";
    readonly deadlineMs: number;
    /** Processor time that it used in the step, where the system tells: little is a wait, or a starved machine. */
    readonly processorMs?: number;
    /** Whether it was found stopped (SIGSTOP): an agent cannot do that. */
    readonly stopped?: true;
  }
  /** Without a turn it was at work for as long as a step may take, or it was found stopped for so long. */
  | { readonly rule: "idle"; readonly limitMs: number; readonly stopped?: true }
  /** It did not end by itself in the time that a known fault leaves. */
  | { readonly rule: "grace"; readonly graceMs: number }
  | { readonly rule: "cpu"; readonly processorMs: number; readonly limitMs: number }
  | { readonly rule: "memory"; readonly rssBytes: number; readonly limitBytes: number }
  /** The pipe carried what the protocol does not allow. */
  | { readonly rule: "protocol"; readonly kind: "forgery" | "flood"; readonly message: string }
  /** Somebody in the house has no more use for it: who, and why, in words. */
  | { readonly rule: "order"; readonly why: string };

/** All that was seen of a death, from outside the agent where it matters. */
export interface DeathFacts {
  readonly phase: "birth" | "turn" | "idle";
  /** What the warden reported, if it could. */
  readonly fault?: Fault;
  /** How the process ended, if it did. */
  readonly exit?: { readonly code: number; readonly signal: string | null };
  /** Why the house killed the process, if it did. */
  readonly kill?: Kill;
  /** The last bytes of the process's standard error, made printable. */
  readonly stderr: string;
  /** From the fault (or the last sign of life) to its detection, in milliseconds. */
  readonly detectedMs: number;
}
