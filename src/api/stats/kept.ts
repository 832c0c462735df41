import type { Clock } from "../../core/clock.ts";
import type { ApiStore } from "../house.ts";

/** A figure, and the newest event of the ledger that it was made from. */
export interface Figure {
  readonly text: string;
  readonly event: number;
}

interface Kept extends Figure {
  readonly atMs: number;
  readonly tookMs: number;
}

/** Questions that are remembered, and how many times as long as it took a figure stands. */
const mostKept = 100;
const restFactor = 20;

/**
 * Figures that read every life take the house's one thread while they are made. So each stands for
 * twenty times as long as it took, and for as long as nothing has happened: whoever asks for the same
 * again and again costs the agents at most a twentieth of their time.
 */
export class KeptFigures {
  readonly #clock: Clock;
  readonly #store: Pick<ApiStore, "lastEvent">;
  readonly #kept = new Map<string, Kept>();

  constructor(clock: Clock, store: Pick<ApiStore, "lastEvent">) {
    this.#clock = clock;
    this.#store = store;
  }

  /**
   * A figure, made anew or as it stands.
   *
   * @param question the same text for the same figure
   * @param make reads the ledger
   */
  figure(question: string, make: () => unknown): Figure {
    const start = this.#clock.monotonic();
    const event = this.#store.lastEvent();
    const before = this.#kept.get(question);
    if (before !== undefined) {
      const rested = start - before.atMs > before.tookMs * restFactor;
      if (before.event === event || !rested) return before;
      this.#kept.delete(question);
    }
    const text = JSON.stringify(make());
    const now = this.#clock.monotonic();
    const figure = { text, event, atMs: now, tookMs: now - start };
    this.#kept.set(question, figure);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest);
    return figure;
  }
}
