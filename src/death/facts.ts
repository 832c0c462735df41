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

/** All that was seen of a death, from outside the agent where it matters. */
export interface DeathFacts {
  readonly phase: "birth" | "turn" | "idle";
  /** What the warden reported, if it could. */
  readonly fault?: Fault;
  /** How the process ended, if it did; `by` says who sent the signal. */
  readonly exit?: {
    readonly code: number;
    readonly signal: string | null;
    readonly by: "house" | "itself";
  };
  /** Set when a deadline passed, or as much was worked between turns: which, in milliseconds. */
  readonly deadlineMs?: number;
  /** Set when the process was found stopped (SIGSTOP), at its deadline or between turns: an agent
   * cannot do that. */
  readonly stopped?: boolean;
  /** Set when the watcher saw resident memory past its limit. */
  readonly memory?: { readonly rssBytes: number; readonly limitBytes: number };
  /** Set when the pipe carried what the protocol does not allow. */
  readonly protocol?: string;
  /** The last bytes of the process's standard error, made printable. */
  readonly stderr: string;
  /** From the fault (or the last sign of life) to its detection, in milliseconds. */
  readonly detectedMs: number;
}
