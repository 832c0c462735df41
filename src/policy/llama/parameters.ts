import type { Random } from "../../core/random.ts";
import { headSize, type LlamaConfig } from "./config.ts";

/** One weight's place in the flat vector. */
export interface ParameterView {
  /** Hugging Face's name. */
  readonly name: string;
  /** Matrices are [out, in], as in PyTorch's `Linear`. */
  readonly shape: readonly number[];
  /** Index of its first element. */
  readonly offset: number;
  /** How many elements. */
  readonly length: number;
}

/**
 * Where each weight lies in the flat vector of all parameters.
 *
 * The order is part of the checkpoint format. Weights that are multiplied with the same input (q, k, v;
 * gate, up) are neighbours, so that a graph can take them as one matrix.
 */
export function parameterLayout(config: LlamaConfig): readonly ParameterView[] {
  const { vocab_size, hidden_size, intermediate_size, num_hidden_layers } = config;
  const width = headSize(config);
  const queries = config.num_attention_heads * width;
  const keys = config.num_key_value_heads * width;
  const shapes: [string, readonly number[]][] = [
    ["model.embed_tokens.weight", [vocab_size, hidden_size]],
  ];
  for (let layer = 0; layer < num_hidden_layers; layer++) {
    const prefix = `model.layers.${layer}.`;
    shapes.push(
      [`${prefix}self_attn.q_proj.weight`, [queries, hidden_size]],
      [`${prefix}self_attn.k_proj.weight`, [keys, hidden_size]],
      [`${prefix}self_attn.v_proj.weight`, [keys, hidden_size]],
      [`${prefix}self_attn.o_proj.weight`, [hidden_size, queries]],
      [`${prefix}mlp.gate_proj.weight`, [intermediate_size, hidden_size]],
      [`${prefix}mlp.up_proj.weight`, [intermediate_size, hidden_size]],
      [`${prefix}mlp.down_proj.weight`, [hidden_size, intermediate_size]],
      [`${prefix}input_layernorm.weight`, [hidden_size]],
      [`${prefix}post_attention_layernorm.weight`, [hidden_size]],
    );
  }
  shapes.push(["model.norm.weight", [hidden_size]]);
  if (!config.tie_word_embeddings) shapes.push(["lm_head.weight", [vocab_size, hidden_size]]);
  let offset = 0;
  return shapes.map(([name, shape]) => {
    const length = shape.reduce((product, dim) => product * dim, 1);
    const view = { name, shape, offset, length };
    offset += length;
    return view;
  });
}

/** How many parameters a model has. */
export function parameterCount(config: LlamaConfig): number {
  return parameterLayout(config).reduce((sum, { length }) => sum + length, 0);
}

/**
 * Fresh parameters: matrices normal with deviation 0.02, those that write into the residual stream
 * divided by √(2 · layers) (Radford et al. 2019), gains 1.
 *
 * @param random uniform numbers; the same ones give the same parameters
 * @returns the flat vector
 */
export function initParameters(config: LlamaConfig, random: Random): Float32Array<ArrayBuffer> {
  const parameters = new Float32Array(parameterCount(config));
  const residual = 0.02 / Math.sqrt(2 * config.num_hidden_layers);
  for (const { name, shape, offset, length } of parameterLayout(config)) {
    const values = parameters.subarray(offset, offset + length);
    if (shape.length === 1) values.fill(1);
    else {
      const deviation = /\.(o_proj|down_proj)\./.test(name) ? residual : 0.02;
      for (let i = 0; i < length; i++) values[i] = deviation * normal(random);
    }
  }
  return parameters;
}

// Box & Muller 1958; 1 − u keeps the logarithm's argument above zero.
function normal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.next()));
  return radius * Math.cos(2 * Math.PI * random.next());
}

/** Fails unless a vector has as many elements as the model has parameters. */
export function checkParameters(config: LlamaConfig, parameters: Float32Array): void {
  const count = parameterCount(config);
  if (parameters.length === count) return;
  throw new RangeError(
    `cannot use the parameters: there must be ${count}: received ${parameters.length}`,
  );
}
