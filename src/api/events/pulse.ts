import type { Clock } from "../../core/clock.ts";

/** The shortest beat. */
const leastMs = 50;
/** By what each waiter makes it longer: each write costs about a tenth of this. */
const eachMs = 0.5;

/**
 * One timer for all who wait for the next beat. Who writes at most once a beat writes many events at
 * once when many happen, and one at once when few do. The more wait, the longer the beat, so that all
 * of them together cost the house a bounded share of its time.
 */
export class Pulse {
  readonly #clock: Clock;
  #beat: PromiseWithResolvers<void> | undefined;
  #cancel: (() => void) | undefined;
  #waiting = 0;
  /** How many waited for the last beat. */
  #last = 0;

  /** @param clock sets the timer, only while somebody waits */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Waits for the next beat.
   *
   * @param closed ends the wait before
   */
  async next(closed: Promise<void>): Promise<void> {
    this.#beat ??= this.#begin();
    const beat = this.#beat;
    this.#waiting++;
    await Promise.race([beat.promise, closed]);
    // After the beat, another one may be under way.
    if (this.#beat !== beat) return;
    if (--this.#waiting === 0) this.#cancel?.();
    if (this.#waiting === 0) this.#beat = undefined;
  }

  #begin(): PromiseWithResolvers<void> {
    const beat = Promise.withResolvers<void>();
    this.#cancel = this.#clock.after(Math.max(leastMs, this.#last * eachMs), () => {
      this.#last = this.#waiting;
      this.#waiting = 0;
      this.#beat = undefined;
      beat.resolve();
    });
    return beat;
  }
}
