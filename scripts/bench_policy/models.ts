import { headSize, type LlamaConfig, parseConfig } from "../../src/policy/llama/mod.ts";

const shared = {
  num_attention_heads: 4,
  num_key_value_heads: 2,
  rope_theta: 10000,
  rms_norm_eps: 1e-5,
  tie_word_embeddings: true,
};

/** The two sizes that are measured: `config_1m.json` and `config_5m.json` of the reference. */
export const models: Readonly<Record<"1 M" | "5 M", LlamaConfig>> = {
  "1 M": parseConfig({
    ...shared,
    vocab_size: 1024,
    hidden_size: 128,
    num_hidden_layers: 4,
    intermediate_size: 352,
  }),
  "5 M": parseConfig({
    ...shared,
    vocab_size: 2048,
    hidden_size: 256,
    num_hidden_layers: 6,
    intermediate_size: 704,
  }),
};

/** The name of a size. */
export type ModelName = keyof typeof models;

/** How large a training step is: the reference's own defaults. */
export const trainingShape = { batchSize: 8, length: 128 } as const;

/**
 * Multiplications and additions of the matrix products of one training step, counted as two an element.
 *
 * Forward: every weight matrix meets every token once; scores and weighted values are whole squares, as
 * both engines compute them, though half is masked. Backward: each product has two, one for each of its
 * factors.
 *
 * @returns operations, not in units of thousands
 */
export function stepOperations(
  config: LlamaConfig,
  { batchSize, length }: { readonly batchSize: number; readonly length: number },
): number {
  const { hidden_size: width, num_attention_heads: heads, intermediate_size } = config;
  const head = headSize(config);
  const projections = (2 * heads + 2 * config.num_key_value_heads) * head * width;
  const layer = projections + 3 * intermediate_size * width;
  const matrices = config.num_hidden_layers * layer + config.vocab_size * width;
  const attention = config.num_hidden_layers * 2 * heads * head * length;
  return 3 * 2 * batchSize * length * (matrices + attention);
}
