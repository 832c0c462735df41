import { type Graph, ops, type Value } from "../../onnx/mod.ts";
import { headSize, type LlamaConfig } from "./config.ts";

const { add, gemm, mul, rmsNorm, silu, split } = ops;

/** The weights of one layer, as a graph uses them: those with a common input are one matrix. */
export interface LayerWeights {
  /** [width], before attention. */
  readonly attentionNorm: Value;
  /** q over k over v: [(heads + 2 · kvHeads) · headSize, width]. */
  readonly queryKeyValue: Value;
  /** [width, heads · headSize] */
  readonly output: Value;
  /** [width], before the feed-forward part. */
  readonly feedForwardNorm: Value;
  /** gate over up: [2 · intermediate, width] */
  readonly gateUp: Value;
  /** [width, intermediate] */
  readonly down: Value;
}

/** The weights of a model, as a graph uses them. */
export interface ModelWeights {
  /** [vocabulary, width] */
  readonly embedding: Value;
  readonly layers: readonly LayerWeights[];
  /** [width] */
  readonly norm: Value;
  /** [vocabulary, width]; the embedding itself if tied. */
  readonly head: Value;
}

/** A run of the flat vector that a graph takes as one matrix or vector. */
export interface Span {
  readonly length: number;
  readonly shape: readonly number[];
}

/**
 * The flat vector as a graph takes it: spans in the vector's order (see `parameterLayout`), and how
 * values of those spans make a model.
 */
export function modelSpans(config: LlamaConfig): {
  readonly spans: readonly Span[];
  assemble(values: readonly Value[]): ModelWeights;
} {
  const { vocab_size, hidden_size, intermediate_size, num_hidden_layers } = config;
  const width = headSize(config);
  const queries = config.num_attention_heads * width;
  const keys = config.num_key_value_heads * width;
  const layer = [
    [queries + 2 * keys, hidden_size],
    [hidden_size, queries],
    [2 * intermediate_size, hidden_size],
    [hidden_size, intermediate_size],
    [hidden_size],
    [hidden_size],
  ];
  const shapes = [
    [vocab_size, hidden_size],
    ...Array.from({ length: num_hidden_layers }, () => layer).flat(),
    [hidden_size],
    ...(config.tie_word_embeddings ? [] : [[vocab_size, hidden_size]]),
  ];
  const spans = shapes.map((shape) => ({ shape, length: shape.reduce((a, b) => a * b, 1) }));
  const assemble = (values: readonly Value[]): ModelWeights => {
    const queue = [...values];
    const next = (): Value => {
      const value = queue.shift();
      if (value === undefined) throw new RangeError("there are fewer values than spans");
      return value;
    };
    const embedding = next();
    const layers = Array.from({ length: num_hidden_layers }, (): LayerWeights => {
      const [queryKeyValue, output, gateUp, down] = [next(), next(), next(), next()];
      const [attentionNorm, feedForwardNorm] = [next(), next()];
      return { attentionNorm, queryKeyValue, output, feedForwardNorm, gateUp, down };
    });
    const norm = next();
    return { embedding, layers, norm, head: config.tie_word_embeddings ? embedding : next() };
  };
  return { spans, assemble };
}

/** The weights as constants, which ONNX Runtime packs once for its kernels. */
export function constantWeights(
  graph: Graph,
  config: LlamaConfig,
  parameters: Float32Array<ArrayBuffer>,
): ModelWeights {
  const { spans, assemble } = modelSpans(config);
  let offset = 0;
  return assemble(spans.map(({ shape, length }) => {
    const values = parameters.subarray(offset, offset + length);
    offset += length;
    return graph.constant(values, shape);
  }));
}

/**
 * The feed-forward part with its residual: x + down(silu(gate(h)) · up(h)), h the normalised x.
 *
 * @param x [rows, width]
 */
export function feedForward(config: LlamaConfig, x: Value, weights: LayerWeights): Value {
  const { intermediate_size, rms_norm_eps } = config;
  const h = rmsNorm(x, weights.feedForwardNorm, rms_norm_eps);
  const both = gemm(h, weights.gateUp, { transB: true });
  const [gate, up] = pairOf(split(both, 1, [intermediate_size, intermediate_size]));
  return add(x, gemm(mul(silu(gate), up), weights.down, { transB: true }));
}

/**
 * Rotary tables of the Llama family: angle(position, i) = position · theta^(−2i / headSize).
 *
 * @returns cos and sin, [max_position_embeddings, headSize / 2] each
 */
export function rotaryTables(
  graph: Graph,
  config: LlamaConfig,
  dtype: "float32" | "float64",
): { readonly cos: Value; readonly sin: Value } {
  const half = headSize(config) / 2;
  const rows = config.max_position_embeddings;
  const angles = Float64Array.from({ length: rows * half }, (_, index) => {
    const [position, i] = [Math.floor(index / half), index % half];
    return position * config.rope_theta ** (-i / half);
  });
  const table = (f: (angle: number) => number): Value => {
    const values = angles.map(f);
    return graph.constant(dtype === "float64" ? values : Float32Array.from(values), [rows, half]);
  };
  return { cos: table(Math.cos), sin: table(Math.sin) };
}

/** The two values of a split in two. */
export function pairOf([first, second]: readonly Value[]): readonly [Value, Value] {
  if (first === undefined || second === undefined) throw new RangeError("expected two values");
  return [first, second];
}
