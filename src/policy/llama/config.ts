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

/**
 * Checks a configuration, such as a published `config.json`. Fields that this model has no use for are
 * ignored.
 *
 * @throws {z.ZodError} if a field is missing or wrong
 * @throws {RangeError} if the fields contradict one another
 */
export function parseConfig(json: unknown): LlamaConfig {
  const { num_key_value_heads, ...rest } = schema.parse(json);
  const { hidden_size, num_attention_heads: heads } = rest;
  const keyHeads = num_key_value_heads ?? heads;
  const refuse = (must: string, received: number): never => {
    throw new RangeError(`cannot use the configuration: ${must}: received ${received}`);
  };
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

/** The width of one attention head. */
export function headSize({ hidden_size, num_attention_heads }: LlamaConfig): number {
  return hidden_size / num_attention_heads;
}
