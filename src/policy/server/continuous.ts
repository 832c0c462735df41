import { setImmediate } from "node:timers";
import type { Sample, SampleRequest, SampleRow } from "../llama/mod.ts";

/** What rows are drawn with; a `LlamaSampler` is one. */
export interface RowSampler {
  readonly active: number;
  start(requests: readonly SampleRequest[], stopId: number): Promise<readonly SampleRow[]>;
  advance(): Promise<void>;
  /** Drops every row. */
  abandon(): void;
}

/** What a request gets. */
export interface VersionedSample {
  readonly version: number;
  readonly sample: Sample;
}

interface Waiting {
  readonly request: SampleRequest;
  readonly stopId: number;
  readonly resolve: (answer: VersionedSample) => void;
  readonly reject: (error: unknown) => void;
}

interface Swap<S> {
  readonly version: number;
  readonly change: (sampler: S | undefined) => Promise<S>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Continuous batching: a request joins those under way at the next chance, and a row that ends makes
 * room. A version is swapped whole: rows under way end by the one that they began with, and what comes
 * later waits for the next.
 */
export class ContinuousSampling<S extends RowSampler> {
  readonly #cap: number;
  #sampler: S | undefined;
  #version = -1;
  #queue: Waiting[] = [];
  #underWay: (readonly [row: SampleRow, of: Waiting])[] = [];
  #swaps: Swap<S>[] = [];
  #running = false;

  /** @param cap the most rows at a time */
  constructor(cap: number) {
    this.#cap = cap;
  }

  /** Draws an answer. */
  sample(request: SampleRequest, stopId: number): Promise<VersionedSample> {
    const { promise, resolve, reject } = Promise.withResolvers<VersionedSample>();
    this.#queue.push({ request, stopId, resolve, reject });
    this.#begin();
    return promise;
  }

  /**
   * Goes over to another version, once the rows under way have ended.
   *
   * @param change makes the next sampler of the present one
   */
  swap(version: number, change: (sampler: S | undefined) => Promise<S>): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#swaps.push({ version, change, resolve, reject });
    this.#begin();
    return promise;
  }

  #begin(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    do {
      // Whoever asked in the meantime is heard first: a run blocks this thread.
      // (Not by a timer: the shortest is two milliseconds here.)
      await new Promise<void>((heard) => setImmediate(heard));
      const [swap] = this.#swaps;
      if (swap === undefined) await this.#admit();
      else if (this.#underWay.length === 0) await this.#swapTo(swap);
      if (this.#underWay.length > 0) await this.#advance();
    } while (this.#underWay.length + this.#queue.length + this.#swaps.length > 0);
    // In the same turn as the look at what waits: whoever comes later begins anew.
    this.#running = false;
  }

  async #swapTo(swap: Swap<S>): Promise<void> {
    this.#swaps.shift();
    try {
      this.#sampler = await swap.change(this.#sampler);
      this.#version = swap.version;
      swap.resolve();
    } catch (error) {
      swap.reject(error);
    }
  }

  async #admit(): Promise<void> {
    const sampler = this.#sampler;
    const joining = this.#queue.splice(0, Math.max(0, this.#cap - this.#underWay.length));
    for (const together of Map.groupBy(joining, ({ stopId }) => stopId).values()) {
      try {
        if (sampler === undefined) throw new RangeError("no weights have been loaded");
        const [{ stopId } = { stopId: 0 }] = together;
        const rows = await sampler.start(together.map(({ request }) => request), stopId);
        rows.forEach((row, index) => {
          const of = together[index];
          if (of !== undefined) this.#underWay.push([row, of]);
        });
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    this.#settle();
  }

  async #advance(): Promise<void> {
    try {
      await this.#sampler?.advance();
      this.#settle();
    } catch (error) {
      this.#sampler?.abandon();
      for (const [, { reject }] of this.#underWay.splice(0)) reject(error);
    }
  }

  #settle(): void {
    this.#underWay = this.#underWay.filter(([{ done, sample }, { resolve }]) => {
      if (done) resolve({ version: this.#version, sample });
      return !done;
    });
  }
}
