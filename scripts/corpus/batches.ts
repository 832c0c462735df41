import type { PolicyTokenizer } from "../../src/policy/tokenizer.ts";
import type { Example } from "./world.ts";

/** A batch for next-token prediction. */
export interface TokenBatch {
  /** [batchSize, length + 1] */
  readonly ids: Int32Array;
  /** [batchSize, length]: 1 for a token of a response, `promptWeight` for one of a prompt, else 0. */
  readonly weights: Float32Array;
  readonly batchSize: number;
  readonly length: number;
  /** How many tokens of responses. */
  readonly tokens: number;
}

/** How batches are made. */
export interface BatchOptions {
  /** Positions a batch, padding included. @default 2048 */
  readonly positions?: number;
  /** Longest prompt, `bos` and separator included. @default 96 */
  readonly promptLength?: number;
  /** Longest response, `eos` included; a longer one is left out. @default 96 */
  readonly maxTokens?: number;
  /** What a prompt's token counts: it is text of the same kind. @default 0.2 */
  readonly promptWeight?: number;
}

interface Row {
  readonly ids: readonly number[];
  /** Where the response begins. */
  readonly start: number;
}

/**
 * Cuts examples into batches of rows of nearly one length: a row is one example, as the sampler sees
 * it, so nothing is packed beside it and hardly anything is padding.
 */
export function toBatches(
  examples: readonly Example[],
  tokenizer: PolicyTokenizer,
  options: BatchOptions = {},
): TokenBatch[] {
  const { positions = 2048, promptLength = 96, maxTokens = 96, promptWeight = 0.2 } = options;
  const rows = examples.map((example): Row => {
    const prompt = tokenizer.prompt(example.prompt, promptLength);
    const response = [...tokenizer.encode(example.response), tokenizer.special.eos];
    return { ids: [...prompt, ...response], start: prompt.length };
  }).filter(({ ids, start }) => ids.length - start <= maxTokens)
    .sort((a, b) => a.ids.length - b.ids.length);
  const batches: TokenBatch[] = [];
  for (let end = rows.length; end > 0;) {
    // Longest first: the last row of a batch is as long as any of it.
    const length = (rows[end - 1]?.ids.length ?? 1) - 1;
    const count = Math.min(end, Math.max(1, Math.floor(positions / length)));
    batches.push(fill(rows.slice(end - count, end), length, tokenizer.special.pad, promptWeight));
    end -= count;
  }
  return batches;
}

function fill(rows: readonly Row[], length: number, pad: number, promptWeight: number): TokenBatch {
  const ids = new Int32Array(rows.length * (length + 1)).fill(pad);
  const weights = new Float32Array(rows.length * length);
  let tokens = 0;
  rows.forEach((row, index) => {
    ids.set(row.ids, index * (length + 1));
    // Entry t weighs the token at t + 1.
    weights.fill(promptWeight, index * length, index * length + row.start - 2);
    weights.fill(1, index * length + row.start - 1, index * length + row.ids.length - 1);
    tokens += row.ids.length - row.start;
  });
  return { ids, weights, batchSize: rows.length, length, tokens };
}
