import { setImmediate } from "node:timers";
import { VivariumError } from "../../core/errors.ts";
import type { Sample, SampleRequest, SampleRow } from "../llama/mod.ts";
import type { CallLine } from "./calls.ts";

/** What rows are drawn with; a `LlamaSampler` is one. */
export interface RowSampler {
  readonly active: number;
  start(requests: readonly SampleRequest[], stopId: number): Promise<readonly SampleRow[]>;
  advance(): Promise<void>;
  /** Lets go of a row that is not finished. */
  drop(row: SampleRow): void;
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
  readonly line: CallLine<readonly number[]>;
  /** How many ids have been told of. */
  told: number;
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

  /**
   * Draws an answer.
   *
   * @param line hears the ids as they come; abandons the answer, whose row makes room then
   * @throws {VivariumError} (a rejection) `unavailable` where it was abandoned
   */
  sample(
    request: SampleRequest,
    stopId: number,
    line: CallLine<readonly number[]> = {},
  ): Promise<VersionedSample> {
    const { promise, resolve, reject } = Promise.withResolvers<VersionedSample>();
    this.#queue.push({ request, stopId, line, told: 0, resolve, reject });
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
      this.#dropAbandoned();
      const [swap] = this.#swaps;
      if (swap === undefined) await this.#admit();
      else if (this.#underWay.length === 0) await this.#swapTo(swap);
      if (this.#underWay.length > 0) await this.#advance();
    } while (this.#underWay.length + this.#queue.length + this.#swaps.length > 0);
    // In the same turn as the look at what waits: whoever comes later begins anew.
    this.#running = false;
  }

  #dropAbandoned(): void {
    const stays = (of: Waiting): boolean => {
      if (!of.line.signal?.aborted) return true;
      of.reject(new VivariumError("unavailable", "nobody waits for this answer any more"));
      return false;
    };
    this.#queue = this.#queue.filter(stays);
    this.#underWay = this.#underWay.filter(([row, of]) => {
      const keep = stays(of);
      if (!keep) this.#sampler?.drop(row);
      return keep;
    });
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
    this.#underWay = this.#underWay.filter(([{ done, sample }, of]) => {
      if (of.told < sample.ids.length) of.line.onPart?.(sample.ids.slice(of.told));
      of.told = sample.ids.length;
      if (done) of.resolve({ version: this.#version, sample });
      return !done;
    });
  }
}
