import type { Ollama } from "ollama";
import { messageOf, VivariumError } from "../core/errors.ts";
import { type Answer, remoteModel, type RemoteOptions, serverWords } from "./remote.ts";
import { AttemptFailure, isRetriableStatus, retryAfterMs } from "./retry.ts";
import { systemPrompt } from "./system_prompt.ts";
import type { CompletionRequest, Model } from "./types.ts";

/** How an Ollama server is reached. */
export interface OllamaOptions extends RemoteOptions {
  readonly model: string;
  /** @default http://127.0.0.1:11434 */
  readonly host?: string | undefined;
}

/**
 * A model behind Ollama's own chat endpoint.
 *
 * @throws {VivariumError} `bad-usage` for a host that is none
 */
export function ollamaModel(options: OllamaOptions): Model {
  const { model, host } = options;
  const { maxTokens = 2048 } = options.limits ?? {};
  if (host !== undefined && !URL.canParse(host.includes("://") ? host : `http://${host}`)) {
    throw new VivariumError("bad-usage", `cannot use OLLAMA_HOST: '${host}' is no address`, {
      hint: "it must look like 127.0.0.1:11434 or http://127.0.0.1:11434",
    });
  }

  async function clientOf(signal: AbortSignal): Promise<Ollama> {
    // Loaded at the first use: most houses never ask it.
    const { Ollama } = await import("ollama");
    return new Ollama({
      fetch: (input, init) => fetchOnce(input, { ...init, signal }),
      ...(host === undefined ? {} : { host }),
    });
  }

  async function look(signal: AbortSignal): Promise<void> {
    const client = await clientOf(signal);
    try {
      await client.show({ model });
    } catch (error) {
      // What fails for another reason may pass, or is told at the first step.
      if (!(error instanceof AttemptFailure)) return;
      if (error instanceof ServerRefusal && error.status !== 404) return;
      const hint = error instanceof ServerRefusal
        ? `get it (ollama pull ${model}); 'ollama list' shows what is there`
        : "start it (ollama serve), or say by OLLAMA_HOST where it is";
      throw new AttemptFailure(error.message, false, { cause: error, hint });
    }
  }

  async function ask(request: CompletionRequest, signal: AbortSignal): Promise<Answer> {
    const client = await clientOf(signal);
    let answer: Awaited<ReturnType<typeof client.chat>>;
    try {
      answer = await client.chat({
        model,
        messages: [
          { role: "system", content: systemPrompt },
          { role: "user", content: request.prompt },
        ],
        stream: false,
        // Ollama takes seeds as signed 32-bit integers.
        options: { seed: request.seed & 0x7fffffff, num_predict: maxTokens },
      });
    } catch (error) {
      if (error instanceof AttemptFailure) throw error;
      throw new AttemptFailure(`its answer cannot be read: ${messageOf(error)}`, false);
    }
    const text: unknown = answer.message?.content;
    if (typeof text !== "string") {
      throw new AttemptFailure("its answer holds no message with a text", false);
    }
    const { prompt_eval_count: prompt = 0, eval_count: completion = 0 } = answer;
    return { text, tokens: { prompt, completion } };
  }

  return remoteModel(`ollama:${model}`, options, ask, look);
}

/**
 * The SDK's way to the network. It takes a signal only for streams, and on an error it writes to
 * standard output, which is our log; so errors are taken out before it sees them.
 */
async function fetchOnce(input: RequestInfo | URL, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(input, init);
  } catch (error) {
    const { origin } = new URL(input instanceof Request ? input.url : input);
    const why = `${messageOf(error)}; is Ollama running at ${origin} (OLLAMA_HOST)?`;
    throw new AttemptFailure(why, true, { cause: error });
  }
  if (response.ok) return response;
  const body = await response.text().catch(() => "");
  const wait = retryAfterMs(response.headers.get("retry-after"), Date.now());
  throw new ServerRefusal(response.status, serverWords(errorField(body) ?? body), wait);
}

/** The server is there, and says no. */
class ServerRefusal extends AttemptFailure {
  constructor(readonly status: number, words: string, retryAfterMs: number | undefined) {
    super(`${status} ${words}`, isRetriableStatus(status), { retryAfterMs });
  }
}

/** Ollama says `{"error": "…"}`. */
function errorField(body: string): string | undefined {
  try {
    const json: unknown = JSON.parse(body);
    if (typeof json === "object" && json !== null && "error" in json) return String(json.error);
  } catch {
    // A proxy's page, perhaps.
  }
  return undefined;
}
