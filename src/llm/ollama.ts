import { Ollama } from "ollama";
import type { Clock } from "../core/clock.ts";
import { messageOf, VivariumError } from "../core/errors.ts";
import { systemPrompt } from "./prompt.ts";
import type { ProviderLimits } from "./provider.ts";
import type { Completion, CompletionRequest, Model } from "./types.ts";

/** Where Ollama is. */
export interface OllamaOptions extends ProviderLimits {
  /** `OLLAMA_HOST`; by default the local one. */
  readonly host?: string;
  readonly clock: Clock;
}

/** The first wait before a repeated attempt; each further one is twice as long. */
const firstWaitMs = 250;

/**
 * A model of an Ollama server, by Ollama's own SDK. The SDK has neither time-outs nor repetition; both
 * are here.
 *
 * @param spec the SPEC, for the record
 * @param model the model's name, e.g. `qwen3:4b`
 */
export function ollamaModel(spec: string, model: string, options: OllamaOptions): Model {
  const { host, timeoutMs, retries, clock } = options;

  const attempt = async ({ prompt, seed, signal }: CompletionRequest): Promise<Completion> => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    const client = new Ollama({
      ...(host === undefined ? {} : { host }),
      fetch: (input: RequestInfo | URL, init?: RequestInit) =>
        fetch(input, { ...init, signal: either }),
    });
    const answer = await client.chat({
      model,
      stream: false,
      messages: [{ role: "system", content: systemPrompt }, { role: "user", content: prompt }],
      options: { seed },
    });
    const text = answer.message?.content;
    if (typeof text !== "string") throw new Error("the answer holds no message");
    return {
      text,
      model: spec,
      tokens: { prompt: answer.prompt_eval_count ?? 0, completion: answer.eval_count ?? 0 },
    };
  };

  return {
    spec,
    async complete(request: CompletionRequest): Promise<Completion> {
      for (let tried = 0;; tried++) {
        try {
          return await attempt(request);
        } catch (cause) {
          const over = tried >= retries || request.signal?.aborted === true ||
            !worthRepeating(cause);
          if (over) {
            throw new VivariumError("provider", `no answer from '${spec}': ${messageOf(cause)}`, {
              cause,
              hint: `is Ollama running, and is the model there? (ollama pull ${model})`,
            });
          }
          const waitMs = firstWaitMs * 2 ** tried;
          await new Promise<void>((resolve) => clock.after(waitMs, resolve));
        }
      }
    },
    close: () => Promise.resolve(),
  };
}

/** 429, 5xx and whatever never came to an answer; not a refusal such as an unknown model. */
function worthRepeating(cause: unknown): boolean {
  const status = typeof cause === "object" && cause !== null && "status_code" in cause
    ? Number(cause.status_code)
    : undefined;
  return status === undefined || status === 429 || status >= 500;
}
