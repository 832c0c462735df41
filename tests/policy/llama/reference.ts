/** The model in plain float64 TypeScript, position by position: what the graphs are compared with. */
import { type LlamaConfig, parameterLayout } from "../../../src/policy/llama/mod.ts";

type Row = number[];

/** Multiplies a matrix [out, in] with a vector. */
function linear(weight: Float32Array, x: Row): Row {
  return Array.from(
    { length: weight.length / x.length },
    (_, o) => x.reduce((sum, value, i) => sum + value * (weight[o * x.length + i] ?? NaN), 0),
  );
}

function norm(x: Row, gain: Float32Array, epsilon: number): Row {
  const mean = x.reduce((sum, value) => sum + value * value, 0) / x.length;
  return x.map((value, i) => value / Math.sqrt(mean + epsilon) * (gain[i] ?? NaN));
}

/** Turns one head by its position: element i with element i + width/2. */
function turn(x: Row, position: number, theta: number): Row {
  const half = x.length / 2;
  return x.map((value, i) => {
    const angle = position * theta ** (-(i % half) / half);
    const other = i < half ? -(x[i + half] ?? NaN) : x[i - half] ?? NaN;
    return value * Math.cos(angle) + other * Math.sin(angle);
  });
}

function softmax(x: Row): Row {
  const most = Math.max(...x);
  const powers = x.map((value) => Math.exp(value - most));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

function dot(a: Row, b: Row): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? NaN), 0);
}

function plus(a: Row, b: Row): Row {
  return a.map((value, i) => value + (b[i] ?? NaN));
}

/** Logits of each position of one sequence. */
export function referenceLogits(
  config: LlamaConfig,
  parameters: Float32Array,
  ids: readonly number[],
): Row[] {
  const views = new Map(parameterLayout(config).map((view) => [view.name, view]));
  const weight = (name: string): Float32Array => {
    const view = views.get(name);
    if (view === undefined) throw new RangeError(`no weight '${name}'`);
    return parameters.subarray(view.offset, view.offset + view.length);
  };
  const { num_attention_heads: heads, num_key_value_heads: keyHeads, rms_norm_eps: eps } = config;
  const width = config.hidden_size / heads;
  const embedding = weight("model.embed_tokens.weight");
  const { hidden_size } = config;
  let xs: Row[] = ids.map((
    id,
  ) => [...embedding.subarray(id * hidden_size, (id + 1) * hidden_size)]);
  for (let layer = 0; layer < config.num_hidden_layers; layer++) {
    const of = (name: string) => weight(`model.layers.${layer}.${name}.weight`);
    const hs = xs.map((x) => norm(x, of("input_layernorm"), eps));
    const head = (y: Row, h: number): Row => y.slice(h * width, (h + 1) * width);
    const qs = hs.map((h) => linear(of("self_attn.q_proj"), h));
    const ks = hs.map((h) => linear(of("self_attn.k_proj"), h));
    const vs = hs.map((h) => linear(of("self_attn.v_proj"), h));
    xs = xs.map((x, t) => {
      const mixed = Array.from({ length: heads }, (_, h): Row => {
        const shared = Math.floor(h / (heads / keyHeads));
        const q = turn(head(qs[t] ?? [], h), t, config.rope_theta);
        const past = ks.slice(0, t + 1);
        const scores = past.map((k, s) =>
          dot(q, turn(head(k, shared), s, config.rope_theta)) / Math.sqrt(width)
        );
        const shares = softmax(scores);
        return Array.from(
          { length: width },
          (_, i) =>
            shares.reduce(
              (sum, share, s) => sum + share * (head(vs[s] ?? [], shared)[i] ?? NaN),
              0,
            ),
        );
      }).flat();
      return plus(x, linear(of("self_attn.o_proj"), mixed));
    });
    xs = xs.map((x) => {
      const h = norm(x, of("post_attention_layernorm"), eps);
      const gate = linear(of("mlp.gate_proj"), h);
      const up = linear(of("mlp.up_proj"), h);
      const inner = gate.map((g, i) => g / (1 + Math.exp(-g)) * (up[i] ?? NaN));
      return plus(x, linear(of("mlp.down_proj"), inner));
    });
  }
  const head = config.tie_word_embeddings ? embedding : weight("lm_head.weight");
  return xs.map((x) => linear(head, norm(x, weight("model.norm.weight"), eps)));
}

/** Log-probability of each next id, and entropy of each next-id distribution, for one sequence. */
export function referenceTokens(
  config: LlamaConfig,
  parameters: Float32Array,
  ids: readonly number[],
): { readonly lp: number[]; readonly entropy: number[] } {
  const shares = referenceLogits(config, parameters, ids.slice(0, -1)).map(softmax);
  return {
    lp: shares.map((row, t) => Math.log(row[ids[t + 1] ?? -1] ?? NaN)),
    entropy: shares.map((row) => -row.reduce((sum, p) => sum + p * Math.log(p), 0)),
  };
}
