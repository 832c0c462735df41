import type { Clock } from "../core/clock.ts";
import { VivariumError } from "../core/errors.ts";

/** The longest wait between two attempts: one that meets a lock holds the whole house up. */
const maxWaitMs = 5000;

/**
 * What the house itself has to tell, in order. While the database cannot be written it waits, and the
 * house goes on: whoever has something to tell is a timer or a process's end, with nobody to fail.
 */
export class Announcer {
  readonly #waiting: (() => void)[] = [];
  readonly #clock: Clock;
  readonly #onTrouble: (error: unknown) => void;
  #waitMs = 0;
  #notBeforeMs = -Infinity;

  /** @param onTrouble told each time that something could not be written; must not throw */
  constructor(clock: Clock, onTrouble: (error: unknown) => void) {
    this.#clock = clock;
    this.#onTrouble = onTrouble;
  }

  /** What could not be written yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Tells now, or as soon as {@linkcode flush} finds the database well again. */
  tell(write: () => void): void {
    this.#waiting.push(write);
    if (this.#waiting.length === 1) this.flush();
  }

  /** Tells what waits, as far as it can; after a failure not at once again. To be called now and then. */
  flush(): void {
    if (this.#clock.monotonic() < this.#notBeforeMs) return;
    for (let write = this.#waiting[0]; write !== undefined; write = this.#waiting[0]) {
      try {
        write();
      } catch (error) {
        if (!(error instanceof VivariumError) || error.code !== "database") throw error;
        this.#waitMs = Math.min(maxWaitMs, Math.max(100, this.#waitMs * 2));
        this.#notBeforeMs = this.#clock.monotonic() + this.#waitMs;
        return this.#onTrouble(error);
      }
      this.#waiting.shift();
      this.#waitMs = 0;
    }
  }
}
