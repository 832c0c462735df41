/**
 * The corpus: handler programs as an agent meets them, written by a seeded grammar, each with the
 * label of what becomes of an agent that executes it.
 *
 * It is pure: the same seed writes the same corpus. It is not a benchmark, and takes nothing from
 * outside. Pretraining comes in, the tokenizer's training, and the test that lives a sample of it in
 * real cells.
 *
 * @module
 */
import { seededRandom, seedFrom } from "../../src/core/random.ts";
import { makeChain, type Mix } from "./chain.ts";
import { Draw } from "./draw.ts";
import type { Example } from "./world.ts";

export type { Mix } from "./chain.ts";
export { peers, strangers } from "./words.ts";
export type { Example, Label } from "./world.ts";

/** The chain with a number, of the corpus with a seed: any part can be written without the rest. */
export function chainAt(seed: number, number: number, mix: Mix = {}): Example[] {
  return makeChain(new Draw(seededRandom(seedFrom("corpus", seed, number))), mix);
}

/** Chains from a number on, without end. */
export function* chains(seed: number, from = 0, mix: Mix = {}): Generator<Example[]> {
  for (let number = from;; number++) yield chainAt(seed, number, mix);
}
