import OpenAI from "openai";
import { messageOf, VivariumError } from "../core/errors.ts";
import { systemPrompt } from "./prompt.ts";
import type { ProviderLimits } from "./provider.ts";
import type { Completion, CompletionRequest, Model } from "./types.ts";

/** Where an OpenAI-compatible server is, and how it is paid. */
export interface OpenAiOptions extends ProviderLimits {
  /** `OPENAI_BASE_URL`; without it the service of OpenAI. */
  readonly baseUrl?: string;
  /** `OPENAI_API_KEY`; needed where there is no base URL. */
  readonly apiKey?: string;
}

/**
 * A model of any OpenAI-compatible server, by OpenAI's own SDK, which repeats what is worth repeating
 * (429, 5xx, lost connections) with growing waits.
 *
 * @param spec the SPEC, for the record
 * @param model the model's name
 * @throws {VivariumError} `bad-usage` where there is neither a key nor another server
 */
export function openAiModel(spec: string, model: string, options: OpenAiOptions): Model {
  const { baseUrl, apiKey, timeoutMs, retries } = options;
  if (apiKey === undefined && baseUrl === undefined) {
    throw new VivariumError("bad-usage", `cannot use '${spec}': OPENAI_API_KEY is not set`, {
      hint: "set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own",
    });
  }
  const client = new OpenAI({
    apiKey: apiKey ?? "none",
    ...(baseUrl === undefined ? {} : { baseURL: baseUrl }),
    timeout: timeoutMs,
    maxRetries: retries,
  });
  return {
    spec,
    async complete({ prompt, seed, signal }: CompletionRequest): Promise<Completion> {
      try {
        const answer = await client.chat.completions.create({
          model,
          seed,
          messages: [{ role: "system", content: systemPrompt }, { role: "user", content: prompt }],
        }, signal === undefined ? {} : { signal });
        const text = answer.choices?.[0]?.message?.content;
        if (typeof text !== "string") throw new Error("the answer holds no message");
        return {
          text,
          model: spec,
          tokens: {
            prompt: answer.usage?.prompt_tokens ?? 0,
            completion: answer.usage?.completion_tokens ?? 0,
          },
        };
      } catch (cause) {
        throw new VivariumError("provider", `no answer from '${spec}': ${messageOf(cause)}`, {
          cause,
        });
      }
    },
    close: () => Promise.resolve(),
  };
}
