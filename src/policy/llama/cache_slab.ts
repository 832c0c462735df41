import type { Tensor } from "../../onnx/mod.ts";
import { headSize, type LlamaConfig } from "./config.ts";

/** Caches as a graph gives them: one tensor a layer and kind, [rows, kvHeads, positions, headSize]. */
export type CacheTensors = readonly Tensor[];

/**
 * Keys and values of rows that are decoded together, in one array a layer and kind, which a graph reads in
 * place. Rows stand without gaps: when one leaves, the last takes its slot.
 */
export class CacheSlab {
  readonly #heads: number;
  readonly #width: number;
  readonly #count: number;
  #arrays: Float32Array<ArrayBuffer>[] = [];
  #capacity = 0;
  #size = 0;

  /** @param room positions of each row */
  constructor(config: LlamaConfig, readonly room: number) {
    this.#heads = config.num_key_value_heads;
    this.#width = headSize(config);
    this.#count = 2 * config.num_hidden_layers;
  }

  /** How many rows there are. */
  get size(): number {
    return this.#size;
  }

  /** Adds a row with the first positions of another one's caches; its slot is the last. */
  add(from: CacheTensors, row: number, positions: number): void {
    if (this.#size === this.#capacity) this.#reserve(Math.max(4, 2 * this.#capacity));
    this.#size++;
    this.write(this.#size - 1, 0, from, row, positions);
  }

  /** Removes a row; the last one, if it is another, now has its slot. */
  remove(slot: number): void {
    const last = --this.#size;
    if (slot === last) return;
    const length = this.#heads * this.room * this.#width;
    for (const array of this.#arrays) {
      array.copyWithin(slot * length, last * length, (last + 1) * length);
    }
  }

  /** Writes the first positions of a row of some caches into a slot. */
  write(slot: number, at: number, from: CacheTensors, row: number, positions: number): void {
    const [heads, width] = [this.#heads, this.#width];
    from.forEach(({ data, shape }, index) => {
      const source = data as Float32Array;
      const length = shape[2] ?? 0;
      for (let head = 0; head < heads; head++) {
        const start = (row * heads + head) * length * width;
        this.#arrays[index]?.set(
          source.subarray(start, start + positions * width),
          ((slot * heads + head) * this.room + at) * width,
        );
      }
    });
  }

  /** The caches of the first rows, not copied; of more rows than there are, the rest is anything. */
  tensors(rows: number): CacheTensors {
    if (rows > this.#capacity) this.#reserve(rows);
    const length = rows * this.#heads * this.room * this.#width;
    const shape = [rows, this.#heads, this.room, this.#width];
    return this.#arrays.map((array) => ({ data: array.subarray(0, length), shape }));
  }

  #reserve(capacity: number): void {
    const length = capacity * this.#heads * this.room * this.#width;
    this.#arrays = Array.from({ length: this.#count }, (_, index) => {
      const larger = new Float32Array(length);
      larger.set(this.#arrays[index] ?? []);
      return larger;
    });
    this.#capacity = capacity;
  }
}
