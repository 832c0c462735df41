import { OnnxSession, type SessionOptions, type Tensor } from "../../onnx/mod.ts";
import type { LlamaConfig } from "./config.ts";
import { checkParameters } from "./parameters.ts";
import { samplingGraph } from "./sampling_graph.ts";

/** How a sampler runs. */
export interface SamplerOptions extends Pick<SessionOptions, "threads"> {
  /** The longest prompt, in tokens. Every prompt is padded to it, so it has a price. */
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

// A product of one row with a matrix that is not packed takes another path through the kernels, and
// other bits come out of it. Constant weights are packed, where measured (x64): this is for elsewhere.
const leastBatch = 2;

/**
 * Samples from a Llama-style model; a batch of requests is one run of one ONNX graph.
 *
 * What a request gets depends on the weights, its prompt, its uniforms and its temperature, bit for
 * bit, and on the sampler's `promptLength`; never on the requests beside it, their number, its place
 * among them, or the number of threads. So a life can be replayed from its record.
 *
 * Runs block the thread (see `OnnxSession`).
 */
export class LlamaSampler {
  #session: OnnxSession;

  private constructor(
    readonly config: LlamaConfig,
    readonly options: SamplerOptions,
    session: OnnxSession,
  ) {
    this.#session = session;
  }

  /**
   * Builds the model around its weights.
   *
   * @param parameters the flat vector (see `parameterLayout`); copied
   * @throws {RangeError} if it has the wrong length, or sequences could be longer than the model's
   */
  static async create(
    config: LlamaConfig,
    parameters: Float32Array,
    options: SamplerOptions,
  ): Promise<LlamaSampler> {
    const { promptLength, maxTokens } = options;
    const most = config.max_position_embeddings;
    if (promptLength < 1 || maxTokens < 1 || promptLength + maxTokens > most) {
      throw new RangeError(
        `cannot sample: 'promptLength' + 'maxTokens' must be in [2, ${most}]: received ${promptLength} + ${maxTokens}`,
      );
    }
    return new LlamaSampler(config, options, await load(config, parameters, options));
  }

  /**
   * Continues prompts.
   *
   * @param stopId the token that ends an answer
   * @returns one sample a request, in order
   * @throws {RangeError} if a request does not fit
   */
  async sample(requests: readonly SampleRequest[], stopId: number): Promise<Sample[]> {
    if (requests.length === 0) return [];
    for (const request of requests) this.#check(request);
    const outputs = await this.#session.run(this.#feeds(requests, stopId));
    const rows = outputs["first_token"]?.shape[0] ?? 0;
    const tokens = column(outputs, "first_token", "tokens", rows);
    const lps = column(outputs, "first_lp", "lps", rows);
    return requests.map((request, row) => {
      const limit = this.#limit(request);
      const drawn = tokens(row).slice(0, limit);
      const stop = drawn.indexOf(stopId);
      const ids = stop < 0 ? drawn : drawn.slice(0, stop + 1);
      return { ids, logps: lps(row).slice(0, ids.length), stopped: stop >= 0 };
    });
  }

  /** Takes other weights; they are copied. Samples under way must have ended. */
  async setParameters(parameters: Float32Array): Promise<void> {
    const session = await load(this.config, parameters, this.options);
    const old = this.#session;
    this.#session = session;
    await old.dispose();
  }

  /** Frees the session. */
  async dispose(): Promise<void> {
    await this.#session.dispose();
  }

  #limit(request: SampleRequest): number {
    return request.maxTokens ?? this.options.maxTokens;
  }

  #feeds(requests: readonly SampleRequest[], stopId: number): Record<string, Tensor> {
    const { promptLength, maxTokens } = this.options;
    const batch = Math.max(leastBatch, requests.length);
    const ids = new Int32Array(batch * promptLength);
    const padding = new BigInt64Array(batch).fill(BigInt(promptLength - 1));
    const uniforms = new Float32Array(maxTokens * batch);
    const temperature = new Float32Array(batch).fill(1);
    // A row that is only there to fill the batch ends at once.
    const limit = new BigInt64Array(batch).fill(1n);
    requests.forEach((request, row) => {
      const pad = promptLength - request.promptIds.length;
      ids.set(request.promptIds, row * promptLength + pad);
      padding[row] = BigInt(pad);
      temperature[row] = request.temperature;
      limit[row] = BigInt(this.#limit(request));
      for (let turn = 0; turn < maxTokens; turn++) {
        uniforms[turn * batch + row] = request.uniforms[turn] ?? 0;
      }
    });
    return {
      ids: { data: ids, shape: [batch, promptLength] },
      padding: { data: padding, shape: [batch] },
      uniforms: { data: uniforms, shape: [maxTokens, batch] },
      temperature: { data: temperature, shape: [batch] },
      limit: { data: limit, shape: [batch] },
      stop: { data: Int32Array.of(stopId), shape: [] },
    };
  }

  #check(request: SampleRequest): void {
    const { promptLength, maxTokens } = this.options;
    const { promptIds, uniforms, temperature } = request;
    const limit = this.#limit(request);
    const demand = (holds: boolean, name: string, must: string, received: unknown): void => {
      if (holds) return;
      throw new RangeError(`cannot sample: '${name}' must be ${must}: received ${received}`);
    };
    const { length } = promptIds;
    demand(1 <= length && length <= promptLength, "promptIds", `1 to ${promptLength} ids`, length);
    const known = (id: number) => Number.isInteger(id) && 0 <= id && id < this.config.vocab_size;
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
}

function load(
  config: LlamaConfig,
  parameters: Float32Array,
  options: SamplerOptions,
): Promise<OnnxSession> {
  checkParameters(config, parameters);
  const own = parameters.buffer instanceof ArrayBuffer
    ? parameters as Float32Array<ArrayBuffer>
    : Float32Array.from(parameters);
  return OnnxSession.create(samplingGraph(config, own, options), {
    threads: options.threads ?? 1,
  });
}

/** Reads a row of [batch] followed by [turns, batch]. */
function column(
  outputs: Readonly<Record<string, Tensor>>,
  first: string,
  rest: string,
  rows: number,
): (row: number) => number[] {
  const [head, tail] = [outputs[first], outputs[rest]];
  if (head === undefined || tail === undefined) throw new RangeError(`no '${first}' or '${rest}'`);
  return (row) => {
    const values = [Number(head.data[row])];
    for (let i = row; i < tail.data.length; i += rows) values.push(Number(tail.data[i]));
    return values;
  };
}
