import type OpenAI from "openai";
import { messageOf, VivariumError } from "../core/errors.ts";
import { type Answer, remoteModel, type RemoteOptions, serverWords } from "./remote.ts";
import { AttemptFailure, isRetriableStatus, retryAfterMs } from "./retry.ts";
import { systemPrompt } from "./system_prompt.ts";
import type { CompletionRequest, Model } from "./types.ts";

/** How an OpenAI-compatible server is reached. */
export interface OpenaiOptions extends RemoteOptions {
  readonly model: string;
  /** @default OpenAI's own */
  readonly baseUrl?: string | undefined;
  /** Needed for OpenAI's own; other servers often want none. */
  readonly apiKey?: string | undefined;
}

/**
 * A model behind the chat completions of OpenAI, or of any server that speaks them.
 *
 * @throws {VivariumError} `bad-usage` without a key where one is needed, or for a bad base URL
 */
export function openaiModel(options: OpenaiOptions): Model {
  const { model, baseUrl, apiKey } = options;
  const { maxTokens = 2048 } = options.limits ?? {};
  if (baseUrl !== undefined && !URL.canParse(baseUrl)) {
    throw new VivariumError("bad-usage", `cannot use OPENAI_BASE_URL: '${baseUrl}' is no URL`, {
      hint: "it must look like http://127.0.0.1:8000/v1",
    });
  }
  if (baseUrl === undefined && apiKey === undefined) {
    throw new VivariumError("bad-usage", `cannot use openai:${model}: OPENAI_API_KEY is not set`, {
      hint: "set it, or OPENAI_BASE_URL for another server that needs no key",
    });
  }
  // Loaded at the first use: most houses never ask it.
  const sdk = once(() => import("openai"));

  const baseURL = baseUrl ?? "https://api.openai.com/v1";

  async function clientOf(): Promise<OpenAI> {
    const { default: OpenAI } = await sdk();
    return new OpenAI({
      // Never left to the SDK's own defaults: those read the environment.
      apiKey: apiKey ?? "none",
      baseURL,
      organization: null,
      project: null,
      // Retries and time limits are ours (retry.ts): one rule for every provider.
      maxRetries: 0,
      logLevel: "off",
    });
  }

  async function look(signal: AbortSignal): Promise<void> {
    const { APIError } = await sdk();
    const client = await clientOf();
    try {
      await client.models.retrieve(model, { signal });
    } catch (error) {
      // Compatible servers do not all answer this: only what is a plain no counts.
      if (!(error instanceof APIError)) return;
      const { status, code } = error;
      if (status === undefined) {
        throw new AttemptFailure(`nobody answers at ${baseURL}`, false, {
          hint: "start the server, or say by OPENAI_BASE_URL where it is",
          cause: error,
        });
      }
      // A key may be good for answers, and not for looking at models: such a refusal names what it lacks.
      const unknownKey = status === 401 && !/scope|permission/i.test(error.message);
      const hint = unknownKey
        ? "see that OPENAI_API_KEY is a key of this server"
        : code === "model_not_found"
        ? `'curl ${baseURL}/models', with the key, lists what it has`
        : undefined;
      if (hint === undefined) return;
      throw new AttemptFailure(serverWords(error.message), false, { hint, cause: error });
    }
  }

  async function ask(request: CompletionRequest, signal: AbortSignal): Promise<Answer> {
    const { APIError } = await sdk();
    const client = await clientOf();
    try {
      const answer = await client.chat.completions.create({
        model,
        messages: [
          { role: "system", content: systemPrompt },
          { role: "user", content: request.prompt },
        ],
        seed: request.seed,
        max_completion_tokens: maxTokens,
      }, { signal });
      return readAnswer(answer);
    } catch (error) {
      if (error instanceof AttemptFailure) throw error;
      if (!(error instanceof APIError)) {
        throw new AttemptFailure(`its answer cannot be read: ${messageOf(error)}`, false);
      }
      // No status: the server was not reached, or went away.
      const retriable = error.status === undefined || isRetriableStatus(error.status);
      const wait = retryAfterMs(error.headers?.get("retry-after") ?? null, Date.now());
      throw new AttemptFailure(serverWords(error.message), retriable, {
        retryAfterMs: wait,
        cause: error,
      });
    }
  }

  return remoteModel(`openai:${model}`, options, ask, look);
}

/** Compatible servers are not all careful: nothing of the answer is taken for granted. */
function readAnswer(answer: {
  readonly choices?: readonly {
    readonly message?: { readonly content?: string | null; readonly refusal?: string | null };
  }[];
  readonly usage?: { readonly prompt_tokens?: number; readonly completion_tokens?: number } | null;
}): Answer {
  const message = answer.choices?.[0]?.message;
  const text = message?.content ?? message?.refusal;
  if (typeof text !== "string") {
    throw new AttemptFailure("its answer holds no message with a text", false);
  }
  const { prompt_tokens: prompt = 0, completion_tokens: completion = 0 } = answer.usage ?? {};
  return { text, tokens: { prompt, completion } };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => made ??= make();
}
