/** Time as an argument: only entry points build the real one, so no test sleeps. */
export interface Clock {
  /** Wall-clock time, in milliseconds since 1970. For records. */
  now(): number;
  /** Monotonic time, in milliseconds from an arbitrary start. For durations. */
  monotonic(): number;
  /** Calls `task` once after `delayMs`; the returned function cancels, and may be called twice. */
  after(delayMs: number, task: () => void): () => void;
}

/** The machine's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    return () => clearTimeout(timer);
  },
};

/** A clock that stands still until it is told to move; for tests. */
export class SimulatedClock implements Clock {
  #time: number;
  #sequence = 0;
  #timers = new Map<number, { at: number; task: () => void }>();

  /** @param startMs the first reading of both clocks */
  constructor(startMs = 0) {
    this.#time = startMs;
  }

  now(): number {
    return this.#time;
  }

  monotonic(): number {
    return this.#time;
  }

  after(delayMs: number, task: () => void): () => void {
    const id = this.#sequence++;
    this.#timers.set(id, { at: this.#time + Math.max(0, delayMs), task });
    return () => void this.#timers.delete(id);
  }

  /** Timers that are set. */
  get pending(): number {
    return this.#timers.size;
  }

  /**
   * Moves time forward, running what falls due in order of time, then of creation. A task may set
   * another timer that falls due within the same advance.
   */
  advance(byMs: number): void {
    const end = this.#time + byMs;
    for (;;) {
      let due: number | undefined;
      for (const [id, timer] of this.#timers) {
        if (timer.at > end) continue;
        if (due === undefined || timer.at < this.#timers.get(due)!.at) due = id;
      }
      if (due === undefined) break;
      const timer = this.#timers.get(due)!;
      this.#timers.delete(due);
      this.#time = Math.max(this.#time, timer.at);
      timer.task();
    }
    this.#time = end;
  }
}
