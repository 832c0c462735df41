import { type Graph, ops, type Value } from "../../onnx/mod.ts";
import { headSize, type LlamaConfig } from "./config.ts";
import {
  feedForward,
  type LayerWeights,
  type ModelWeights,
  pairOf,
  rotaryTables,
} from "./layers.ts";

const {
  aboveDiagonal,
  add,
  gather,
  gemm,
  matmul,
  reshape,
  rmsNorm,
  rotary,
  softmax,
  split,
  transpose,
} = ops;

/** Names of the axes that are known only when a graph runs: sequences, positions, their product. */
export const batchAxis = "batch";
export const lengthAxis = "length";
const rowsAxis = "batch*length";

/** What every layer's attention shares. */
interface Surroundings {
  readonly config: LlamaConfig;
  readonly cos: Value;
  readonly sin: Value;
  /** −∞ where a position may not look: [length, length]. */
  readonly mask: Value;
  /** Position of the first column: int64 [1]. */
  readonly origin: Value;
}

/**
 * The model over whole sequences, every position at once: what training differentiates.
 *
 * @param ids int32 [batch, length]
 * @returns logits [batch * length, vocabulary]; row b · length + t predicts what follows ids[b][t]
 */
export function forward(
  graph: Graph,
  config: LlamaConfig,
  weights: ModelWeights,
  ids: Value,
): Value {
  const dtype = weights.embedding.dtype === "float64" ? "float64" : "float32";
  const surroundings: Surroundings = {
    config,
    ...rotaryTables(graph, config, dtype),
    mask: aboveDiagonal(graph, dtype, lengthAxis, -Infinity),
    origin: graph.integers([0]),
  };
  let x = reshape(gather(weights.embedding, ids), [rowsAxis, config.hidden_size]);
  for (const layer of weights.layers) {
    x = attention(surroundings, x, layer);
    x = feedForward(config, x, layer);
  }
  return gemm(rmsNorm(x, weights.norm, config.rms_norm_eps), weights.head, { transB: true });
}

/** Causal self-attention with its residual, x [rows, width]. */
function attention(surroundings: Surroundings, x: Value, weights: LayerWeights): Value {
  const { config, cos, sin, origin, mask } = surroundings;
  const { num_attention_heads: heads, num_key_value_heads: keyHeads } = config;
  const width = headSize(config);
  const h = rmsNorm(x, weights.attentionNorm, config.rms_norm_eps);
  const all = gemm(h, weights.queryKeyValue, { transB: true });
  const [turned, value] = pairOf(split(all, 1, [(heads + keyHeads) * width, keyHeads * width]));
  const placed = rotary(
    reshape(turned, [batchAxis, lengthAxis, (heads + keyHeads) * width]),
    origin,
    cos,
    sin,
  );
  const byHead = (y: Value, count: number): Value =>
    transpose(reshape(y, [batchAxis, lengthAxis, count, width]), [0, 2, 1, 3]);
  const [q, k] = pairOf(split(byHead(placed, heads + keyHeads), 1, [heads, keyHeads]));
  const v = byHead(value, keyHeads);
  // Query heads that share a key head are neighbours: their rows are stacked on its one matrix, so that
  // keys and values are never repeated.
  const group = heads / keyHeads;
  const stacked = `${group}*${lengthAxis}`;
  const scores = matmul(reshape(q, [batchAxis, keyHeads, stacked, width]), k, {
    transB: true,
    alpha: 1 / Math.sqrt(width),
  });
  const masked = add(reshape(scores, [batchAxis, heads, lengthAxis, lengthAxis]), mask);
  const weighted = matmul(
    reshape(softmax(masked), [batchAxis, keyHeads, stacked, lengthAxis]),
    v,
  );
  const joined = transpose(
    reshape(weighted, [batchAxis, heads, lengthAxis, width]),
    [0, 2, 1, 3],
  );
  const mixed = gemm(reshape(joined, [rowsAxis, heads * width]), weights.output, { transB: true });
  return add(x, mixed);
}
