import type { Clock } from "../core/clock.ts";
import { VivariumError } from "../core/errors.ts";
import type { EventBus } from "../core/events.ts";
import type { Commit, Store } from "../store/types.ts";

/** The longest wait between two attempts to commit. */
const maxWaitMs = 5000;

/**
 * The only way from the supervisor to the store: what is told to anyone was committed before.
 *
 * While the database cannot be written (a full disk, a lock held elsewhere) a commit is tried again,
 * with growing waits, and its agent does not take a further step: nothing that was acknowledged is
 * lost, and the house comes back by itself.
 */
export class Ledger {
  readonly #store: Store;
  readonly #bus: EventBus;
  readonly #clock: Clock;
  readonly #onTrouble: (error: unknown) => void;
  readonly #closing = Promise.withResolvers<void>();
  #closed = false;
  #trouble: string | undefined;

  constructor(
    store: Store,
    bus: EventBus,
    clock: Clock,
    onTrouble: (error: unknown) => void,
  ) {
    this.#store = store;
    this.#bus = bus;
    this.#clock = clock;
    this.#onTrouble = onTrouble;
  }

  /** Why the last commit failed, if it did; undefined again as soon as one is taken. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /**
   * Commits at once, and tells.
   *
   * @param commit what to commit
   * @param applied called when it is committed and before anyone is told
   * @throws {VivariumError} `database`
   */
  commitNow(commit: Commit, applied?: () => void): void {
    const events = this.#commit(commit);
    applied?.();
    for (const event of events) this.#bus.publish(event);
  }

  /**
   * Commits as soon as the database takes it, and tells.
   *
   * @param make makes what to commit, anew for each attempt
   * @param applied called when it is committed and before anyone is told
   * @throws {VivariumError} `database` once the ledger is closed; whatever is not a database's trouble
   */
  async commit(make: () => Commit, applied?: () => void): Promise<void> {
    for (let waitMs = 50;; waitMs = Math.min(waitMs * 2, maxWaitMs)) {
      try {
        this.commitNow(make(), applied);
        return;
      } catch (error) {
        const passing = error instanceof VivariumError && error.code === "database";
        if (!passing || this.#closed) throw error;
        this.#onTrouble(error);
      }
      const wait = Promise.withResolvers<void>();
      const cancel = this.#clock.after(waitMs, wait.resolve);
      await Promise.race([wait.promise, this.#closing.promise]);
      cancel();
    }
  }

  #commit(commit: Commit): ReturnType<Store["commit"]> {
    try {
      const events = this.#store.commit(commit);
      this.#trouble = undefined;
      return events;
    } catch (error) {
      if (error instanceof VivariumError && error.code === "database") {
        this.#trouble = error.message;
      }
      throw error;
    }
  }

  /** From now on a commit is tried once. */
  close(): void {
    this.#closed = true;
    this.#closing.resolve();
  }
}
