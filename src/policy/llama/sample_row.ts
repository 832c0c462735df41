import type { SessionOptions } from "../../onnx/mod.ts";
import type { LlamaConfig } from "./config.ts";

/** How a sampler runs. */
export interface SamplerOptions extends Pick<SessionOptions, "threads"> {
  /** The longest prompt, in tokens. */
  readonly promptLength: number;
  /** The longest answer, in tokens. */
  readonly maxTokens: number;
}

/** One prompt to be continued. */
export interface SampleRequest {
  /** At least one id, at most `promptLength`. */
  readonly promptIds: readonly number[];
  /** One number in [0, 1) for each token that may be drawn: `maxTokens` of them. */
  readonly uniforms: Float32Array;
  /** Logits are divided by it; must be above 0. 1 is the model's own distribution. */
  readonly temperature: number;
  /** The most tokens of this answer. @default the sampler's own */
  readonly maxTokens?: number;
}

/** What was drawn. */
export interface Sample {
  /** The stop token included, if it was drawn. */
  readonly ids: number[];
  /** Log-probability of each id under the distribution from which it was drawn. */
  readonly logps: number[];
  /** Whether the stop token ended it; else its length did. */
  readonly stopped: boolean;
}

/** An answer that is being written. */
export interface SampleRow {
  /** What has been drawn so far. */
  readonly sample: Sample;
  /** Whether it is finished. */
  readonly done: boolean;
}

/** An answer with what is needed to go on with it. */
export interface OpenRow extends SampleRow {
  done: boolean;
  readonly sample: { readonly ids: number[]; readonly logps: number[]; stopped: boolean };
  readonly request: SampleRequest;
  readonly stopId: number;
  readonly limit: number;
  /** Tokens that were read: all but the last one drawn. */
  past: number;
}

/** A row of which nothing has been drawn. */
export function openRow(
  { maxTokens }: SamplerOptions,
  request: SampleRequest,
  stopId: number,
): OpenRow {
  return {
    sample: { ids: [], logps: [], stopped: false },
    done: false,
    request,
    stopId,
    limit: request.maxTokens ?? maxTokens,
    past: request.promptIds.length,
  };
}

/** Adds a token to a row. */
export function take(row: OpenRow, id: number, logp: number): void {
  const { sample, stopId, limit } = row;
  sample.ids.push(id);
  sample.logps.push(logp);
  sample.stopped = id === stopId;
  row.done = sample.stopped || sample.ids.length === limit;
}

/**
 * Fails unless a request fits.
 *
 * @throws {RangeError} that names what does not
 */
export function checkRequest(
  { vocab_size }: LlamaConfig,
  options: SamplerOptions,
  request: SampleRequest,
): void {
  const { promptLength, maxTokens } = options;
  const { promptIds, uniforms, temperature } = request;
  const limit = request.maxTokens ?? maxTokens;
  const demand = (holds: boolean, name: string, must: string, received: unknown): void => {
    if (holds) return;
    throw new RangeError(`cannot sample: '${name}' must be ${must}: received ${received}`);
  };
  const { length } = promptIds;
  demand(1 <= length && length <= promptLength, "promptIds", `1 to ${promptLength} ids`, length);
  const known = (id: number) => Number.isInteger(id) && 0 <= id && id < vocab_size;
  demand(
    promptIds.every(known),
    "promptIds",
    "ids of the vocabulary",
    promptIds.find((id) => !known(id)),
  );
  demand(
    Number.isInteger(limit) && 1 <= limit && limit <= maxTokens,
    "maxTokens",
    `1 to ${maxTokens}`,
    limit,
  );
  demand(uniforms.length >= limit, "uniforms", `at least ${limit} numbers`, uniforms.length);
  demand(uniforms.every((u) => 0 <= u && u <= 1), "uniforms", "in [0, 1)", "others");
  demand(temperature > 0 && temperature < Infinity, "temperature", "above 0", temperature);
}
