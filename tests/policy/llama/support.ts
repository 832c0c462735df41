import { type Random, seededRandom } from "../../../src/core/random.ts";
import {
  initParameters,
  type LlamaConfig,
  parameterLayout,
  parseConfig,
} from "../../../src/policy/llama/mod.ts";

const base = {
  vocab_size: 29,
  hidden_size: 24,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  intermediate_size: 40,
  rms_norm_eps: 1e-5,
  rope_theta: 1000,
  max_position_embeddings: 64,
};

/** Small models that differ in what models differ in. */
export const configs: Readonly<Record<string, LlamaConfig>> = {
  "tied head, grouped queries": parseConfig(base),
  "own head, one key head": parseConfig({
    ...base,
    tie_word_embeddings: false,
    num_key_value_heads: 1,
  }),
  "own head, as many key heads as heads": parseConfig({
    ...base,
    tie_word_embeddings: false,
    num_key_value_heads: 4,
    num_hidden_layers: 1,
  }),
};

/** The first of them. */
export const tiny: LlamaConfig = parseConfig(base);

/** Parameters far from their gentle beginning, so that every part of the model shows. */
export function lively(config: LlamaConfig, random: Random): Float32Array<ArrayBuffer> {
  const parameters = initParameters(config, random);
  for (const { shape, offset, length } of parameterLayout(config)) {
    for (let i = offset; i < offset + length; i++) {
      const value = parameters[i] ?? 0;
      parameters[i] = shape.length === 1 ? value + random.next() - 0.5 : value * 10;
    }
  }
  return parameters;
}

/** Random token ids. */
export function tokenIds(
  config: LlamaConfig,
  random: Random,
  count: number,
): Int32Array<ArrayBuffer> {
  return Int32Array.from({ length: count }, () => Math.floor(random.next() * config.vocab_size));
}

/** Random numbers in an interval. */
export function floats(
  random: Random,
  count: number,
  low = 0,
  high = 1,
): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: count }, () => low + (high - low) * random.next());
}

/** The greatest difference of two lists of numbers; NaN counts as infinitely far. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  const gaps = Array.from(a, (value, i) => Math.abs(value - (b[i] ?? NaN)));
  return gaps.some(Number.isNaN) ? Infinity : Math.max(0, ...gaps);
}

/** A fresh generator. */
export function dice(seed: number): Random {
  return seededRandom(seed);
}
