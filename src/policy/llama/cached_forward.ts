import { type Graph, ops, type Value } from "../../onnx/mod.ts";
import { headSize, type LlamaConfig } from "./config.ts";
import { batchAxis, lengthAxis } from "./forward.ts";
import {
  constantWeights,
  feedForward,
  type LayerWeights,
  type ModelWeights,
  pairOf,
  rotaryTables,
} from "./layers.ts";

const {
  aboveDiagonal,
  add,
  concat,
  gather,
  gemm,
  matmul,
  reshape,
  rmsNorm,
  rotary,
  softmax,
  split,
  splitBy,
  transpose,
} = ops;

/** Name of the axis of positions that a cache has room for. */
export const roomAxis = "room";
/** Name of the axis of tokens that were written since. */
const sinceAxis = "since";

/**
 * What hides a key. Not −∞: a row that is only there to fill the batch may see no key at all, and −∞
 * would make it NaN.
 */
export const hidden = -1e30;

/** Keys and values of one layer: [batch, kvHeads, positions, headSize] each. */
export interface Cache {
  readonly keys: Value;
  readonly values: Value;
}

/** What every layer needs beside its own weights. */
export interface Model {
  readonly config: LlamaConfig;
  readonly weights: ModelWeights;
  readonly cos: Value;
  readonly sin: Value;
}

/** A model with its weights as constants. */
export function constantModel(
  graph: Graph,
  config: LlamaConfig,
  parameters: Float32Array<ArrayBuffer>,
): Model {
  return {
    config,
    weights: constantWeights(graph, config, parameters),
    ...rotaryTables(graph, config, "float32"),
  };
}

/**
 * Reads prompts, padded at their end: no token sees what comes after it, so padding is read by padding
 * only.
 *
 * @param ids int32 [batch, length]
 * @returns the residual stream after the last layer, [batch · length, width], and the caches
 */
export function readPrompts(
  model: Model,
  ids: Value,
): { readonly stream: Value; readonly caches: readonly Cache[] } {
  const { config, weights } = model;
  const { num_attention_heads: heads, num_key_value_heads: keyHeads, hidden_size } = config;
  const width = headSize(config);
  const rows = `${batchAxis}*${lengthAxis}`;
  const stacked = `${heads / keyHeads}*${lengthAxis}`;
  const origin = ids.graph.integers([0]);
  const mask = aboveDiagonal(ids.graph, "float32", lengthAxis, hidden);
  const byHead = (y: Value, count: number): Value =>
    transpose(reshape(y, [batchAxis, lengthAxis, count, width]), [0, 2, 1, 3]);
  const caches: Cache[] = [];
  let x = reshape(gather(weights.embedding, ids), [rows, hidden_size]);
  for (const layer of weights.layers) {
    const { turned, value } = project(model, x, layer, lengthAxis, origin);
    const [q, keys] = pairOf(split(byHead(turned, heads + keyHeads), 1, [heads, keyHeads]));
    const values = byHead(value, keyHeads);
    caches.push({ keys, values });
    const scores = score(model, reshape(q, [batchAxis, keyHeads, stacked, width]), keys);
    const square = reshape(scores, [batchAxis, heads, lengthAxis, lengthAxis]);
    const weighted = matmul(reshape(softmax(add(square, mask)), scores.shape), values);
    const joined = transpose(reshape(weighted, [batchAxis, heads, lengthAxis, width]), [
      0,
      2,
      1,
      3,
    ]);
    x = finishLayer(model, x, reshape(joined, [rows, heads * width]), layer);
  }
  return { stream: x, caches };
}

/** What a token looks back at: caches that stay as they are, and what was written since. */
export interface Behind {
  /** One a layer, with room for more than a row has: [batch, kvHeads, room, headSize]. */
  readonly old: readonly Cache[];
  /** `hidden` where a row has nothing in the room, else 0: [batch, 1, 1, room]. */
  readonly oldMask: Value;
  /** One a layer, as long for all rows: [batch, kvHeads, since, headSize]. */
  readonly since: readonly Cache[];
  /** How much was written since, this token counted, and the room: int64 [2]. */
  readonly sizes: Value;
}

/**
 * Reads one token a row. The old caches are neither copied nor changed, whatever their room; only what
 * was written since grows.
 *
 * @param token int32 [batch]
 * @param position int64 [batch]
 * @returns the residual stream after the last layer, [batch, width], and what was written since, with this
 * token in it
 */
export function readToken(
  model: Model,
  token: Value,
  position: Value,
  { old, oldMask, since, sizes }: Behind,
): { readonly stream: Value; readonly since: readonly Cache[] } {
  const { config, weights } = model;
  const { num_attention_heads: heads, num_key_value_heads: keyHeads } = config;
  const width = headSize(config);
  const positions = reshape(position, [batchAxis, 1]);
  const one = [batchAxis, keyHeads, 1, width];
  const caches: Cache[] = [];
  let x = gather(weights.embedding, token);
  weights.layers.forEach((layer, index) => {
    const [before, written] = [old[index], since[index]];
    if (before === undefined || written === undefined) {
      throw new RangeError(`there is no cache for layer ${index}`);
    }
    const { turned, value } = project(model, x, layer, 1, positions);
    const [q, k] = pairOf(split(turned, 2, [heads * width, keyHeads * width]));
    const cache = {
      keys: concat([written.keys, reshape(k, one)], 2, sinceAxis),
      values: concat([written.values, reshape(value, one)], 2, sinceAxis),
    };
    caches.push(cache);
    const query = reshape(q, [batchAxis, keyHeads, heads / keyHeads, width]);
    const scores = concat(
      [score(model, query, cache.keys), add(score(model, query, before.keys), oldMask)],
      3,
      `${sinceAxis}+${roomAxis}`,
    );
    const [recent, former] = pairOf(splitBy(softmax(scores), 3, sizes, [sinceAxis, roomAxis]));
    const mixed = add(matmul(recent, cache.values), matmul(former, before.values));
    x = finishLayer(model, x, reshape(mixed, [batchAxis, heads * width]), layer);
  });
  return { stream: x, since: caches };
}

/** Logits of what follows, x [rows, width]. */
export function logitsOf({ config, weights }: Model, x: Value): Value {
  return gemm(rmsNorm(x, weights.norm, config.rms_norm_eps), weights.head, { transB: true });
}

/** Queries and keys, turned by their positions, and values: [batch, length, ...]. */
function project(
  { config, cos, sin }: Model,
  x: Value,
  layer: LayerWeights,
  length: number | string,
  positions: Value,
): { readonly turned: Value; readonly value: Value } {
  const { num_attention_heads: heads, num_key_value_heads: keyHeads } = config;
  const width = headSize(config);
  const h = rmsNorm(x, layer.attentionNorm, config.rms_norm_eps);
  const all = gemm(h, layer.queryKeyValue, { transB: true });
  const [turning, value] = pairOf(split(all, 1, [(heads + keyHeads) * width, keyHeads * width]));
  const placed = reshape(turning, [batchAxis, length, (heads + keyHeads) * width]);
  return { turned: rotary(placed, positions, cos, sin), value };
}

function score({ config }: Model, q: Value, keys: Value): Value {
  return matmul(q, keys, { transB: true, alpha: 1 / Math.sqrt(headSize(config)) });
}

function finishLayer({ config }: Model, x: Value, mixed: Value, layer: LayerWeights): Value {
  return feedForward(config, add(x, gemm(mixed, layer.output, { transB: true })), layer);
}
