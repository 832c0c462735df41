import type { Clock } from "../core/clock.ts";
import type { Kill } from "../death/mod.ts";
import type { Glance } from "./spawn.ts";

/** Looks at an idle cell within the time that a step may take. */
const looks = 10;

/** The shortest time between two looks: the kernel counts processor time in such. */
const shortestMs = 10;

/** What an idle cell is watched with. */
export interface IdleWatchOptions {
  readonly clock: Clock;
  /** What a step may take, and so what a cell may be stopped, or at work, between two turns. */
  limitMs(): number;
  /** Changes whenever the cell has done something for the house; undefined while it does. */
  done(): number | undefined;
  /** What the system says of the process; undefined where it does not tell. */
  glance(): Glance | undefined;
  /** Told once: why it is to be killed, and how long it could not have taken a turn. */
  found(why: Kill, lastedMs: number): void;
}

/**
 * Watches a cell between its turns, when nothing is to be heard of it. Who idles uses no processor time,
 * and nobody stops it: a cell that was found stopped at each look for as long as a step may take, or that
 * has worked for so long without an order, would not take its next turn.
 *
 * Looks and processor time are counted, not time that has passed: on a starved machine, or when the house
 * was itself stopped along with its cells, no honest cell is taken for dead. Neither is one that collects
 * its garbage: that is work, but not as much as a step may do. Who neither works nor is stopped is at rest,
 * as far as can be seen without waking it: one that only blocks is found at its next turn's deadline.
 */
export class IdleWatch {
  readonly #options: IdleWatchOptions;
  #done: number | undefined;
  #last: Glance | undefined;
  #stopped = 0;
  #busyMs = 0;
  #idleAtMs: number;
  #cancel: () => void = () => {};

  constructor(options: IdleWatchOptions) {
    this.#options = options;
    this.#idleAtMs = options.clock.monotonic();
    this.#wait();
  }

  /** Stops for good. */
  end(): void {
    this.#cancel();
  }

  #wait(): void {
    const { clock, limitMs } = this.#options;
    this.#cancel = clock.after(Math.max(shortestMs, limitMs() / looks), () => {
      const why = this.#look();
      if (why === undefined) this.#wait();
      else this.#options.found(why, clock.monotonic() - this.#idleAtMs);
    });
  }

  #look(): Kill | undefined {
    const { clock, limitMs, done, glance } = this.#options;
    const before = this.#done;
    this.#done = done();
    const now = this.#done === undefined ? undefined : glance();
    const worked = this.#worked(now, this.#done === before);
    this.#last = now;
    this.#stopped = now?.stopped ? this.#stopped + 1 : 0;
    this.#busyMs = worked === 0 ? 0 : this.#busyMs + worked;
    if (this.#stopped === 0 && this.#busyMs === 0) this.#idleAtMs = clock.monotonic();
    if (this.#stopped >= looks) return { rule: "idle", limitMs: limitMs(), stopped: true };
    return this.#busyMs >= limitMs() ? { rule: "idle", limitMs: limitMs() } : undefined;
  }

  /** Processor time since the last look, as far as it was not used for the house. */
  #worked(now: Glance | undefined, idle: boolean): number {
    return idle && now !== undefined && this.#last !== undefined
      ? now.processorMs - this.#last.processorMs
      : 0;
  }
}
