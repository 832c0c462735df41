import type { Clock } from "../core/clock.ts";
import type { DeathFacts, Fault, Kill } from "../death/mod.ts";
import type { Attempt, CellLimits, Died, Usage } from "./types.ts";
import { ProtocolFault } from "./protocol.ts";
import type { Glance } from "./spawn.ts";
import { Stopwatch } from "./stopwatch.ts";

/** Frames in one turn, beyond calls: prints and attempts are batched, so honest turns need few. */
const maxNoteFrames = 4096;

/** How often memory and processor time are read while an act runs, in milliseconds. */
const sampleEveryMs = 50;

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
  /** Ends the process: the act ends when it has been reaped, or by an answer that came before. */
  kill(why: Kill): void;
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
  #graceMs = 0;
  #rssBytes = 0;
  /** Processor time of the process at the first look and at the last one, and whether it waited then. */
  #processor:
    | { readonly first: number; readonly last: number; readonly paused: boolean }
    | undefined;
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
    this.#watchCosts();
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
    this.#graceMs = graceMs;
    this.#faultMs = this.options.clock.monotonic();
    this.stopwatch.shorten(graceMs);
  }

  /** The pipe carried what it may not: the process is killed. */
  breach(fault: ProtocolFault): void {
    this.options.kill({ rule: "protocol", kind: fault.kind, message: fault.message });
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
   * @param seen how the process ended and why the house killed it, if either is so, and what it wrote on
   * standard error
   */
  died(seen: Pick<DeathFacts, "exit" | "kill" | "fault" | "stderr">): Died {
    const fault = this.#fault ?? seen.fault;
    const now = this.options.clock.monotonic();
    return {
      lived: false,
      facts: {
        phase: this.options.phase,
        ...(fault === undefined ? {} : { fault }),
        ...(seen.exit === undefined ? {} : { exit: seen.exit }),
        ...(seen.kill === undefined ? {} : { kill: seen.kill }),
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
      if (this.#fault !== undefined) {
        return this.options.kill({ rule: "grace", graceMs: this.#graceMs });
      }
      this.#sampleProcessor();
      const processorMs = this.#stepProcessorMs;
      this.options.kill({
        rule: "deadline",
        deadlineMs: this.options.limits.stepMs,
        ...(processorMs === undefined ? {} : { processorMs }),
        // Before the kill: after it nobody can tell a stopped process from one at work.
        ...(this.options.glance()?.stopped ? { stopped: true } : {}),
      });
    });
  }

  #watchCosts(): void {
    this.#cancelSample = this.options.clock.after(sampleEveryMs, () => {
      this.#sampleMemory();
      this.#sampleProcessor();
      if (!this.#ended) this.#watchCosts();
    });
  }

  /** Processor time since the first look, which comes so soon that little is missed. */
  get #stepProcessorMs(): number | undefined {
    return this.#processor && this.#processor.last - this.#processor.first;
  }

  #sampleProcessor(): void {
    const now = this.options.glance()?.processorMs;
    if (now === undefined) return;
    const { paused } = this.stopwatch;
    const { first, last, paused: waited } = this.#processor ?? { first: now, last: now, paused };
    this.#processor = { first, last: now, paused };
    // Who computes while it says that it waits is charged for it: waiting costs no processor time.
    if (paused && waited && now - last > sampleEveryMs / 2) this.stopwatch.charge(now - last);
    const limitMs = this.options.limits.cpuMs;
    if (now - first <= limitMs || this.#ended) return;
    this.options.kill({ rule: "cpu", processorMs: now - first, limitMs });
  }

  #sampleMemory(): void {
    const rssBytes = this.options.residentBytes();
    if (rssBytes === undefined) return;
    this.#rssBytes = Math.max(this.#rssBytes, rssBytes);
    const limitBytes = this.options.limits.memoryMb * 1024 * 1024;
    if (rssBytes > limitBytes && !this.#ended) {
      this.options.kill({ rule: "memory", rssBytes, limitBytes });
    }
  }
}
