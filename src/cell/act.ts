import type { Clock } from "../core/clock.ts";
import type { DeathFacts, Fault } from "../death/mod.ts";
import type { Attempt, CellLimits, Died, Usage } from "./types.ts";
import { ProtocolFault } from "./protocol.ts";
import type { Exit, Glance } from "./spawn.ts";
import { Stopwatch } from "./stopwatch.ts";

/** Frames in one turn, beyond calls: prints and attempts are batched, so honest turns need few. */
const maxNoteFrames = 4096;

/** How often resident memory is read while a turn runs, in milliseconds. */
const memoryEveryMs = 50;

/** From the deadline to the kill, in milliseconds. */
const lastLookMs = 2;

/** What an act needs of the cell that it runs in. */
export interface ActOptions {
  readonly phase: "birth" | "turn";
  readonly id: number;
  readonly clock: Clock;
  readonly limits: CellLimits;
  /** Resident memory of the process, if the system tells. */
  residentBytes(): number | undefined;
  /** What the system says of the process, if it tells. */
  glance(): Glance | undefined;
  /** Ends the process: the act ends when it has been reaped. */
  kill(): void;
}

/**
 * One birth or one turn, as the house sees it: what was counted, what was said, what was measured.
 * It decides when the process must be killed, and turns all that was seen into facts.
 */
export class Act {
  readonly options: ActOptions;
  readonly stopwatch: Stopwatch;
  readonly prints: string[] = [];
  readonly attempts: Attempt[] = [];
  #fault: Fault | undefined;
  #deadlineMs: number | undefined;
  #stopped = false;
  #memory: DeathFacts["memory"];
  #protocol: ProtocolFault | undefined;
  #rssBytes = 0;
  #processorMs: number | undefined;
  #printBytes = 0;
  #messages = 0;
  #modelCalls = 0;
  #noteFrames = 0;
  #lastSignMs: number;
  #faultMs: number | undefined;
  #cancelSample: () => void = () => {};
  #cancelLook: () => void = () => {};
  #ended = false;

  constructor(options: ActOptions) {
    this.options = options;
    const { clock, limits } = options;
    this.#lastSignMs = clock.monotonic();
    this.stopwatch = new Stopwatch(clock, limits.stepMs, () => this.#expired());
    this.#watchMemory();
  }

  /** Whether the act still runs: what comes later belongs to nobody. */
  get open(): boolean {
    return !this.#ended;
  }

  /** The fault that ends the act, once one is known. */
  get fault(): Fault | undefined {
    return this.#fault;
  }

  /** Something came from the process. */
  sign(): void {
    this.#lastSignMs = this.options.clock.monotonic();
  }

  /** Takes prints and attempts; too many are a flood. */
  note(prints: readonly string[], attempts: readonly Attempt[]): void {
    for (const print of prints) this.#printBytes += new TextEncoder().encode(print).length + 1;
    if (this.#printBytes > this.options.limits.printBytes || ++this.#noteFrames > maxNoteFrames) {
      throw new ProtocolFault("flood", "prints beyond the limit came through the warden");
    }
    this.prints.push(...prints);
    this.attempts.push(...attempts);
  }

  /** Counts a call; too many are a flood. Calls are numbered from 0, without a gap. */
  call(power: "llm" | "send" | "ask" | "use", number: number): void {
    const { limits } = this.options;
    if (number !== this.#messages + this.#modelCalls) {
      throw new ProtocolFault("forgery", `a call is numbered ${number} out of order`);
    }
    const count = power === "llm" ? ++this.#modelCalls : ++this.#messages;
    if (count > (power === "llm" ? limits.modelCalls : limits.messages)) {
      throw new ProtocolFault("flood", `more calls of ${power} than allowed came through`);
    }
  }

  /** A fault that ends the life whatever follows. The first one counts. */
  setFault(fault: Fault, graceMs: number): void {
    if (this.#fault !== undefined) return;
    this.#fault = fault;
    this.#faultMs = this.options.clock.monotonic();
    this.stopwatch.shorten(graceMs);
  }

  /** The pipe carried what it may not: the process is killed. */
  breach(fault: ProtocolFault): void {
    this.#protocol ??= fault;
    this.options.kill();
  }

  /** Stops measuring. */
  end(): void {
    this.#ended = true;
    this.stopwatch.stop();
    this.#cancelSample();
    this.#cancelLook();
    this.#sampleMemory();
  }

  /** What it cost. */
  usage(): Usage {
    return {
      elapsedMs: this.stopwatch.elapsedMs,
      busyMs: this.stopwatch.busyMs,
      rssBytes: this.#rssBytes,
      printBytes: this.#printBytes,
      messages: this.#messages,
      modelCalls: this.#modelCalls,
    };
  }

  /**
   * A death, from all that was seen.
   *
   * @param seen how the process ended, if it did, and what it wrote on standard error
   */
  died(seen: { exit?: Exit & { by: "house" | "itself" }; stderr: string; fault?: Fault }): Died {
    const fault = this.#fault ?? seen.fault;
    const now = this.options.clock.monotonic();
    return {
      lived: false,
      facts: {
        phase: this.options.phase,
        ...(fault === undefined ? {} : { fault }),
        ...(seen.exit === undefined ? {} : { exit: seen.exit }),
        ...(this.#deadlineMs === undefined ? {} : { deadlineMs: this.#deadlineMs }),
        ...(this.#stopped ? { stopped: true } : {}),
        ...(this.#memory === undefined ? {} : { memory: this.#memory }),
        ...(this.#protocol === undefined
          ? {}
          : { protocol: `${this.#protocol.kind}: ${this.#protocol.message}` }),
        stderr: seen.stderr,
        detectedMs: now - (this.#faultMs ?? this.#lastSignMs),
      },
      prints: this.prints,
      attempts: this.attempts,
      usage: this.usage(),
    };
  }

  #expired(): void {
    // A last look at the pipe: if it was the house that was slow, the outcome lies there.
    this.#cancelLook = this.options.clock.after(lastLookMs, () => {
      if (this.#ended) return;
      // With a fault known already, this was only the grace to end by itself.
      if (this.#fault === undefined) this.#deadlineMs = this.options.limits.stepMs;
      // Before the kill: after it nobody can tell a stopped process from one at work.
      this.#stopped = this.options.glance()?.stopped ?? false;
      this.options.kill();
    });
  }

  #watchMemory(): void {
    this.#cancelSample = this.options.clock.after(memoryEveryMs, () => {
      this.#sampleMemory();
      this.#sampleProcessor();
      if (!this.#ended) this.#watchMemory();
    });
  }

  /** Who computes while it says that it waits is charged for it: waiting costs no processor time. */
  #sampleProcessor(): void {
    const before = this.#processorMs;
    const now = this.stopwatch.paused ? this.options.glance()?.processorMs : undefined;
    this.#processorMs = now;
    if (before === undefined || now === undefined) return;
    if (now - before > memoryEveryMs / 2) this.stopwatch.charge(now - before);
  }

  #sampleMemory(): void {
    const rssBytes = this.options.residentBytes();
    if (rssBytes === undefined) return;
    this.#rssBytes = Math.max(this.#rssBytes, rssBytes);
    const limitBytes = this.options.limits.memoryMb * 1024 * 1024;
    if (rssBytes <= limitBytes || this.#memory !== undefined || this.#ended) return;
    this.#memory = { rssBytes, limitBytes };
    this.options.kill();
  }
}
