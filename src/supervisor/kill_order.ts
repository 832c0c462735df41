import type { Clock } from "../core/clock.ts";

/** How long an order waits for a life that is about to begin. */
const soonMs = 1000;

/** An order to end a life, from when it is given to when it is carried out or in vain. */
export class KillOrder {
  /** What else ends the life, if it is not a person. */
  readonly why: string | undefined;
  readonly #settled = Promise.withResolvers<void>();
  #cancel: (() => void) | undefined;

  constructor(why: string | undefined) {
    this.why = why;
  }

  /** Resolves when it is carried out or in vain. */
  get settled(): Promise<void> {
    return this.#settled.promise;
  }

  /** There is no life to end: waits a second for the next. `late` is called if none has begun. */
  awaitLife(clock: Clock, late: () => void): void {
    this.#cancel ??= clock.after(soonMs, late);
  }

  settle(): void {
    this.#cancel?.();
    this.#settled.resolve();
  }
}
