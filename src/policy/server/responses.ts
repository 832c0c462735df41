import { VivariumError } from "../../core/errors.ts";
import { seededRandom } from "../../core/random.ts";
import type { Checkpoint } from "../checkpoint/mod.ts";
import type { SampleAnswer, SampleRequest } from "../client.ts";
import type { CallLine, WorkerCalls } from "./calls.ts";
import { GrowingText } from "./growing_text.ts";
import { maxTokens, promptLength, type SamplerCalls } from "./sampling.ts";

/** Most requests under way; one more is refused. */
const mostSampling = 1024;

/** What the policy says: prompts to tokens, tokens drawn, tokens to text. */
export class Responses {
  readonly #tokenizer: Checkpoint["tokenizer"];
  readonly #sampler: WorkerCalls<SamplerCalls>;
  /** Requests under way. */
  #sampling = 0;

  constructor(tokenizer: Checkpoint["tokenizer"], sampler: WorkerCalls<SamplerCalls>) {
    this.#tokenizer = tokenizer;
    this.#sampler = sampler;
  }

  /**
   * Draws a response.
   *
   * @param line hears its text piece by piece, as it is drawn; abandons it
   * @throws {VivariumError} `overloaded` if too many wait already
   */
  async sample(request: SampleRequest, line: CallLine<string>): Promise<SampleAnswer> {
    if (this.#sampling >= mostSampling) {
      throw new VivariumError("overloaded", "too many requests wait for the policy");
    }
    this.#sampling++;
    try {
      return await this.#draw(request, line);
    } finally {
      this.#sampling--;
    }
  }

  async #draw(
    { prompt, seed, temperature = 1, maxTokens: most = maxTokens }: SampleRequest,
    { signal, onPart }: CallLine<string>,
  ): Promise<SampleAnswer> {
    const tokenizer = this.#tokenizer;
    const random = seededRandom(seed);
    const promptIds = tokenizer.prompt(prompt, promptLength);
    const text = new GrowingText((ids) => tokenizer.decode(ids));
    const hear = (ids: readonly number[]): void => {
      const piece = text.add(ids);
      if (piece !== "") onPart?.(piece);
    };
    const { version, sample: { ids, logps, stopped } } = await this.#sampler.call("sample", {
      request: {
        promptIds,
        uniforms: Float32Array.from({ length: maxTokens }, () => random.next()),
        temperature,
        maxTokens: Math.min(most, maxTokens),
      },
      stopId: tokenizer.special.eos,
    }, { signal, ...(onPart === undefined ? {} : { onPart: hear }) });
    const finish = stopped ? "stop" : "length";
    return { version, promptIds, ids, logps, text: tokenizer.decode(ids), finish };
  }
}
