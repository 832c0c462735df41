import type { Random } from "../../src/core/random.ts";

/** Entries with the weight that each is drawn with. */
export type Weighted<T> = readonly (readonly [weight: number, item: T])[];

/** Choices from a source of uniform numbers: the same source makes the same choices. */
export class Draw {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** True with probability `share`. */
  chance(share: number): boolean {
    return this.#random.next() < share;
  }

  /** An integer, both ends included. */
  int(low: number, high: number): number {
    return low + Math.floor(this.#random.next() * (high - low + 1));
  }

  /** One item, each as likely as the others. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.int(0, items.length - 1)];
    if (item === undefined) throw new RangeError("cannot pick from nothing");
    return item;
  }

  /** One item, by weight. */
  weighted<T>(table: Weighted<T>): T {
    const total = table.reduce((sum, [weight]) => sum + weight, 0);
    let left = this.#random.next() * total;
    for (const [weight, item] of table) {
      left -= weight;
      if (left < 0) return item;
    }
    throw new RangeError("cannot draw from nothing");
  }
}
