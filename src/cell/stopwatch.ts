import type { Clock } from "../core/clock.ts";

/**
 * Measures a turn from outside, and calls when its deadline passes. While the agent waits for the
 * house (the model, a message, another agent's answer) the deadline stands still.
 */
export class Stopwatch {
  readonly #clock: Clock;
  readonly #startMs: number;
  #limitMs: number;
  #busyMs = 0;
  #runningSinceMs: number | undefined;
  #waits = 0;
  #cancel: (() => void) | undefined;
  readonly #expired: () => void;

  /**
   * @param clock the clock
   * @param limitMs busy time until `expired` is called
   * @param expired called once, at most
   */
  constructor(clock: Clock, limitMs: number, expired: () => void) {
    this.#clock = clock;
    this.#startMs = clock.monotonic();
    this.#limitMs = limitMs;
    this.#expired = expired;
    this.#run();
  }

  /** The agent has begun to wait for the house. */
  pause(): void {
    if (this.#waits++ > 0) return;
    this.#halt();
  }

  /** One wait is over. */
  resume(): void {
    if (--this.#waits > 0 || this.#limitMs === 0) return;
    this.#run();
  }

  /** Whether the agent waits for the house. */
  get paused(): boolean {
    return this.#waits > 0;
  }

  /** Work that was done although the agent waited, and that counts. */
  charge(busyMs: number): void {
    if (this.#limitMs === 0 || this.#runningSinceMs !== undefined) return;
    this.#busyMs += busyMs;
    if (this.#busyMs > this.#limitMs) this.#expired();
  }

  /** Leaves at most so much time from now on, whether the agent waits or not. */
  shorten(limitMs: number): void {
    this.#halt();
    this.#waits = 0;
    this.#limitMs = Math.min(this.#limitMs, this.#busyMs + limitMs);
    this.#run();
  }

  /** Stops for good. */
  stop(): void {
    this.#halt();
    this.#limitMs = 0;
  }

  /** Time since the start, waits included. */
  get elapsedMs(): number {
    return this.#clock.monotonic() - this.#startMs;
  }

  /** Time since the start, waits excluded. */
  get busyMs(): number {
    const running = this.#runningSinceMs;
    return this.#busyMs + (running === undefined ? 0 : this.#clock.monotonic() - running);
  }

  #run(): void {
    if (this.#runningSinceMs !== undefined) return;
    this.#runningSinceMs = this.#clock.monotonic();
    this.#cancel = this.#clock.after(Math.max(0, this.#limitMs - this.#busyMs), this.#expired);
  }

  #halt(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    if (this.#runningSinceMs === undefined) return;
    this.#busyMs += this.#clock.monotonic() - this.#runningSinceMs;
    this.#runningSinceMs = undefined;
  }
}
