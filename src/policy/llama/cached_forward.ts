import { ops, type Value } from "../../onnx/mod.ts";
import { headSize, type LlamaConfig } from "./config.ts";
import { batchAxis } from "./forward.ts";
import { feedForward, type LayerWeights, type ModelWeights, pairOf } from "./layers.ts";

const {
  aboveDiagonal,
  add,
  cast,
  concat,
  gather,
  gemm,
  less,
  matmul,
  maximum,
  minimum,
  mul,
  reshape,
  rmsNorm,
  rotary,
  slice,
  softmax,
  split,
  sub,
  transpose,
  where,
} = ops;

/**
 * What hides a key. Not −∞: a padding row sees no key at all, and −∞ would make it NaN, which spreads;
 * with this its numbers are meaningless but finite, and everyone else gives them the weight 0.
 */
const hidden = -1e30;

/** Keys and values of one layer: [batch, kvHeads, positions, headSize] each. */
export interface Cache {
  readonly keys: Value;
  readonly values: Value;
}

/** What every layer needs beside its own weights. */
export interface Surroundings {
  readonly config: LlamaConfig;
  readonly weights: ModelWeights;
  readonly cos: Value;
  readonly sin: Value;
}

/** Reads the prompts; gives the logits of what follows, and what later tokens look back at. */
export function readPrompt(surroundings: Surroundings, ids: Value, padding: Value): {
  readonly logits: Value;
  readonly caches: readonly Cache[];
  /** `hidden` where a key is padding, else 0: [batch, 1, 1, promptLength]. */
  readonly keyMask: Value;
} {
  const { config, weights } = surroundings;
  const { graph } = ids;
  const { num_attention_heads: heads, num_key_value_heads: keyHeads, hidden_size } = config;
  const width = headSize(config);
  const length = Number(ids.shape[1]);
  const rows = `${batchAxis}*${length}`;
  const columns = graph.integers(Array.from({ length }, (_, i) => i));
  const offsets = sub(reshape(columns, [1, length]), reshape(padding, [batchAxis, 1]));
  const positions = maximum(offsets, 0);
  const keyMask = reshape(
    where(less(offsets, 0), graph.scalar("float32", hidden), graph.scalar("float32", 0)),
    [batchAxis, 1, 1, length],
  );
  const mask = minimum(aboveDiagonal(graph, "float32", length, hidden), keyMask);
  const caches: Cache[] = [];
  let x = reshape(gather(weights.embedding, ids), [rows, hidden_size]);
  for (const layer of weights.layers) {
    const { turned, value } = project(surroundings, x, layer, length, positions);
    const byHead = (y: Value, count: number): Value =>
      transpose(reshape(y, [batchAxis, length, count, width]), [0, 2, 1, 3]);
    const [q, keys] = pairOf(split(byHead(turned, heads + keyHeads), 1, [heads, keyHeads]));
    const values = byHead(value, keyHeads);
    caches.push({ keys, values });
    const weighted = attend(surroundings, q, { keys, values }, mask, length);
    const joined = transpose(reshape(weighted, [batchAxis, heads, length, width]), [0, 2, 1, 3]);
    x = finishLayer(surroundings, x, reshape(joined, [rows, heads * width]), layer);
  }
  const last = slice(reshape(x, [batchAxis, length, hidden_size]), 1, length - 1, length);
  return { logits: head(surroundings, reshape(last, [batchAxis, hidden_size])), caches, keyMask };
}

/** Reads one token a row, after what is in the caches. */
export function readToken(
  surroundings: Surroundings,
  token: Value,
  position: Value,
  keyMask: Value,
  past: readonly Cache[],
): { readonly logits: Value; readonly caches: readonly Cache[]; readonly keyMask: Value } {
  const { config, weights } = surroundings;
  const { num_attention_heads: heads, num_key_value_heads: keyHeads } = config;
  const width = headSize(config);
  const positions = reshape(position, [batchAxis, 1]);
  const visible = mul(reshape(cast(positions, "float32"), [batchAxis, 1, 1, 1]), 0);
  const mask = concat([keyMask, visible], 3, "seen");
  const caches: Cache[] = [];
  let x = gather(weights.embedding, token);
  weights.layers.forEach((layer, index) => {
    const before = past[index];
    if (before === undefined) throw new RangeError(`there is no cache for layer ${index}`);
    const { turned, value } = project(surroundings, x, layer, 1, positions);
    const [q, k] = pairOf(split(turned, 2, [heads * width, keyHeads * width]));
    const one = [batchAxis, keyHeads, 1, width];
    const cache = {
      keys: concat([before.keys, reshape(k, one)], 2, "seen"),
      values: concat([before.values, reshape(value, one)], 2, "seen"),
    };
    caches.push(cache);
    const weighted = attend(surroundings, q, cache, mask, 1);
    x = finishLayer(surroundings, x, reshape(weighted, [batchAxis, heads * width]), layer);
  });
  return { logits: head(surroundings, x), caches, keyMask: mask };
}

/** Queries and keys, turned by their positions, and values: [batch, length, ...]. */
function project(
  { config, cos, sin }: Surroundings,
  x: Value,
  layer: LayerWeights,
  length: number,
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

/** Attention of stacked queries, [batch, kvHeads, group · length, headSize], to a cache. */
function attend(
  { config }: Surroundings,
  q: Value,
  { keys, values }: Cache,
  mask: Value,
  length: number,
): Value {
  const { num_attention_heads: heads, num_key_value_heads: keyHeads } = config;
  const width = headSize(config);
  const rows = (heads / keyHeads) * length;
  const stacked = reshape(q, [batchAxis, keyHeads, rows, width]);
  const scores = matmul(stacked, keys, { transB: true, alpha: 1 / Math.sqrt(width) });
  if (length === 1) return matmul(softmax(add(scores, mask)), values);
  const square = reshape(scores, [batchAxis, heads, length, length]);
  return matmul(reshape(softmax(add(square, mask)), scores.shape), values);
}

function finishLayer(
  { config }: Surroundings,
  x: Value,
  mixed: Value,
  layer: LayerWeights,
): Value {
  return feedForward(config, add(x, gemm(mixed, layer.output, { transB: true })), layer);
}

function head({ config, weights }: Surroundings, x: Value): Value {
  return gemm(rmsNorm(x, weights.norm, config.rms_norm_eps), weights.head, { transB: true });
}
