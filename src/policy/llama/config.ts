import { z } from "zod";

/** A model's dimensions, under the names of Hugging Face's `LlamaConfig`. */
export interface LlamaConfig {
  /** How many tokens there are. */
  readonly vocab_size: number;
  /** The width of the residual stream. */
  readonly hidden_size: number;
  /** How many layers, each of attention and feed-forward. */
  readonly num_hidden_layers: number;
  /** Heads of queries; a divisor of half the width. */
  readonly num_attention_heads: number;
  /** Heads of keys and values; each serves as many query heads. */
  readonly num_key_value_heads: number;
  /** The width inside the feed-forward part. */
  readonly intermediate_size: number;
  /** The base of the rotary frequencies. @default 10000 */
  readonly rope_theta: number;
  /** What keeps the norm's divisor above zero. @default 1e-5 */
  readonly rms_norm_eps: number;
  /** Whether the output head is the embedding table. @default true */
  readonly tie_word_embeddings: boolean;
  /** The longest sequence, prompt and answer together. @default 2048 */
  readonly max_position_embeddings: number;
}

const positive = z.number().int().positive();

const schema = z.object({
  vocab_size: positive,
  hidden_size: positive,
  num_hidden_layers: positive,
  num_attention_heads: positive,
  // Left out: one for each query head.
  num_key_value_heads: positive.optional(),
  intermediate_size: positive,
  rope_theta: z.number().positive().default(10000),
  rms_norm_eps: z.number().positive().default(1e-5),
  tie_word_embeddings: z.boolean().default(true),
  max_position_embeddings: positive.default(2048),
});

/** Fields of `LlamaConfig` that would make another model of it. */
const elsewhereSchema = z.object({
  model_type: z.string().default("llama"),
  hidden_act: z.string().default("silu"),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  head_dim: positive.nullish(),
  rope_scaling: z.looseObject({}).nullish(),
  // Where version 5 of the library has put `rope_theta`.
  rope_parameters: z.looseObject({
    rope_theta: z.number().positive().optional(),
    rope_type: z.string().default("default"),
  }).nullish(),
});

/** What the library takes for left out. Without `model_type`, a configuration is one of ours. */
const libraryDefaults = { tie_word_embeddings: false, rms_norm_eps: 1e-6 };

/**
 * Checks a configuration, such as a published `config.json`. Fields that this model has no use for are
 * ignored; those that would make it another model are refused.
 *
 * @throws {z.ZodError} if a field is missing or wrong
 * @throws {RangeError} if the fields contradict one another, or are of a model that is not this one
 */
export function parseConfig(json: unknown): LlamaConfig {
  const elsewhere = elsewhereSchema.parse(json);
  const { rope_theta } = elsewhere.rope_parameters ?? {};
  const { num_key_value_heads, ...rest } = schema.parse({
    ...(z.looseObject({}).parse(json)["model_type"] === undefined ? {} : libraryDefaults),
    ...(rope_theta === undefined ? {} : { rope_theta }),
    ...json as object,
  });
  const { hidden_size, num_attention_heads: heads } = rest;
  const keyHeads = num_key_value_heads ?? heads;
  const refuse = (must: string, received: number): never => {
    throw new RangeError(`cannot use the configuration: ${must}: received ${received}`);
  };
  refuseOthers(elsewhere, hidden_size / heads);
  if (hidden_size % (2 * heads) !== 0) {
    refuse(
      `'hidden_size' must be a multiple of twice 'num_attention_heads' (${heads})`,
      hidden_size,
    );
  }
  if (heads % keyHeads !== 0) {
    refuse(
      `'num_attention_heads' must be a multiple of 'num_key_value_heads' (${keyHeads})`,
      heads,
    );
  }
  return { ...rest, num_key_value_heads: keyHeads };
}

function refuseOthers(elsewhere: z.infer<typeof elsewhereSchema>, width: number): void {
  const { model_type, hidden_act, attention_bias, mlp_bias, head_dim } = elsewhere;
  const { rope_scaling, rope_parameters } = elsewhere;
  const demands: readonly [name: string, must: string, holds: boolean, received: unknown][] = [
    ["model_type", "'llama'", model_type === "llama", model_type],
    ["hidden_act", "'silu'", hidden_act === "silu", hidden_act],
    ["attention_bias", "false", !attention_bias, attention_bias],
    ["mlp_bias", "false", !mlp_bias, mlp_bias],
    ["head_dim", `${width}`, (head_dim ?? width) === width, head_dim],
    ["rope_scaling", "null", (rope_scaling ?? null) === null, JSON.stringify(rope_scaling)],
    [
      "rope_parameters.rope_type",
      "'default'",
      (rope_parameters?.rope_type ?? "default") === "default",
      rope_parameters?.rope_type,
    ],
  ];
  const wrong = demands.find(([, , holds]) => !holds);
  if (wrong === undefined) return;
  const [name, must, , received] = wrong;
  throw new RangeError(
    `cannot use the configuration: '${name}' must be ${must}: received ${received}`,
  );
}

/** The width of one attention head. */
export function headSize({ hidden_size, num_attention_heads }: LlamaConfig): number {
  return hidden_size / num_attention_heads;
}
