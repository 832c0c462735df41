import { type Clock, systemClock } from "../../src/core/clock.ts";

/** The machine's clock, whose readings a test may move. Its timers go as they go. */
export class MovedClock implements Clock {
  /** What is added to the time of day. */
  wallMs = 0;
  /** What is added to the time that durations are measured by; never less than before. */
  passedMs = 0;

  now(): number {
    return systemClock.now() + this.wallMs;
  }

  monotonic(): number {
    return systemClock.monotonic() + this.passedMs;
  }

  after(delayMs: number, task: () => void): () => void {
    return systemClock.after(delayMs, task);
  }
}
