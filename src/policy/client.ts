import { z } from "zod";
import {
  type Episode,
  type LateReward,
  type LateRewardAnswer,
  lateRewardAnswerSchema,
  type PolicyStatus,
  policyStatusSchema,
  type PolicyUpdate,
  policyUpdateSchema,
  type PolicyVersion,
  policyVersionSchema,
  sampleAnswerSchema,
  type sampleRequestSchema,
} from "../core/episode.ts";
import { linesOf, sampleLines, sampleLineSchema } from "./sample_lines.ts";
import { type ErrorCode, errorCodes, messageOf, VivariumError } from "../core/errors.ts";

/** What training can be told. */
export const trainActions = ["pause", "resume", "force", "due"] as const;

/** What training can be told. */
export type TrainAction = typeof trainActions[number];

/** A prompt to be answered. */
export type SampleRequest = z.infer<typeof sampleRequestSchema>;

/** An answer with its tokens. */
export type SampleAnswer = z.infer<typeof sampleAnswerSchema>;

/** Formats in which a version can be had. */
export const modelFormats = ["safetensors", "onnx"] as const;

/** A format in which a version can be had. */
export type ModelFormat = typeof modelFormats[number];

const problemSchema = z.looseObject({
  detail: z.string().optional(),
  code: z.enum(errorCodes).optional(),
  hint: z.string().optional(),
});
const takenSchema = z.strictObject({ id: z.string(), taken: z.boolean() });
const updatesSchema = z.strictObject({ items: z.array(policyUpdateSchema) });
const versionsSchema = z.strictObject({ items: z.array(policyVersionSchema) });

/** How the policy process is reached. */
export interface PolicyClientOptions {
  /** Without a path, e.g. `http://127.0.0.1:8123`. */
  readonly url: string;
  readonly token: string;
  /** How long a call may take. @default 60000 */
  readonly timeoutMs?: number;
}

/**
 * The policy process, for whoever holds its token. Every method rejects with a
 * {@linkcode VivariumError}: `unavailable` when there is no answer, `provider` when the answer makes no
 * sense, else the code that the process gave.
 */
export class PolicyClient {
  readonly #options: PolicyClientOptions;

  constructor(options: PolicyClientOptions) {
    this.#options = options;
  }

  /** Draws a response. */
  sample(request: SampleRequest, signal?: AbortSignal): Promise<SampleAnswer> {
    return this.#json("POST", "/v1/sample", sampleAnswerSchema, request, signal);
  }

  /**
   * Draws a response, and tells its text as it is drawn.
   *
   * @param onPart hears each piece; all of them together are the text, or the beginning of it
   */
  async sampleParts(
    request: SampleRequest,
    onPart: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<SampleAnswer> {
    const [method, path] = ["POST", "/v1/sample"];
    const { body } = await this.#fetch(method, path, request, signal, sampleLines);
    try {
      for await (const text of linesOf(body ?? new ReadableStream())) {
        const line = sampleLineSchema.parse(JSON.parse(text));
        if ("answer" in line) return line.answer;
        if ("problem" in line) throw refusal(method, path, 500, line.problem);
        onPart(line.part);
      }
    } catch (cause) {
      throw cause instanceof VivariumError ? cause : unavailable(cause);
    }
    throw unavailable(new Error("its answer has no end"));
  }

  /**
   * Hands an episode over; durable when this resolves. Twice is harmless.
   *
   * @param unlessCrowded not if more wait than can be learnt from soon
   * @returns whether it is taken, and new
   */
  async postEpisode(episode: Episode, { unlessCrowded = false } = {}): Promise<boolean> {
    const path = unlessCrowded ? "/v1/episodes?unless=crowded" : "/v1/episodes";
    return (await this.#json("POST", path, takenSchema, episode)).taken;
  }

  /**
   * Adds a reward to a step that was lived before; durable when this resolves. Twice is harmless.
   *
   * @returns whether the trainer will see it, and why not
   */
  reward(reward: LateReward): Promise<LateRewardAnswer> {
    return this.#json("POST", "/v1/rewards", lateRewardAnswerSchema, reward);
  }

  /** How the policy is. */
  status(): Promise<PolicyStatus> {
    return this.#json("GET", "/v1/policy", policyStatusSchema);
  }

  /** The versions after this one (default: all), oldest first. */
  async versions(after = -1): Promise<readonly PolicyVersion[]> {
    return (await this.#json("GET", `/v1/policy/versions?after=${after}`, versionsSchema)).items;
  }

  /** Updates after the one with this id, oldest first, whatever came of them. */
  async updates(after = 0): Promise<readonly PolicyUpdate[]> {
    return (await this.#json("GET", `/v1/policy/updates?after=${after}`, updatesSchema)).items;
  }

  /** Makes an earlier version the current one. */
  rollback(version: number): Promise<PolicyStatus> {
    return this.#json("POST", "/v1/policy/rollback", policyStatusSchema, { version });
  }

  /** Pauses or resumes training; makes one update of whatever waits (`force`), or one if it is `due`. */
  train(action: TrainAction): Promise<PolicyStatus> {
    return this.#json("POST", "/v1/train", policyStatusSchema, { action });
  }

  /**
   * A version as a file.
   *
   * @param format `safetensors`, with Hugging Face's names; or `onnx`, `input_ids` to `logits`
   */
  async model(
    version: number,
    format: ModelFormat = "safetensors",
  ): Promise<Uint8Array<ArrayBuffer>> {
    const path = `/v1/policy/versions/${version}/model?format=${format}`;
    try {
      return await (await this.#fetch("GET", path)).bytes();
    } catch (cause) {
      throw cause instanceof VivariumError ? cause : unavailable(cause);
    }
  }

  async #json<T>(
    method: string,
    path: string,
    schema: z.ZodType<T>,
    body?: unknown,
    signal?: AbortSignal,
  ): Promise<T> {
    const response = await this.#fetch(method, path, body, signal);
    let json: unknown;
    try {
      json = await response.json();
    } catch (cause) {
      throw unavailable(cause);
    }
    const parsed = schema.safeParse(json);
    if (parsed.success) return parsed.data;
    throw new VivariumError("provider", `the policy's answer to ${method} ${path} makes no sense`, {
      cause: parsed.error,
    });
  }

  async #fetch(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
    accept = "application/json",
  ): Promise<Response> {
    const { url, token, timeoutMs = 60_000 } = this.#options;
    const timeout = AbortSignal.timeout(timeoutMs);
    let response: Response;
    try {
      response = await fetch(`${url}${path}`, {
        method,
        headers: {
          accept,
          authorization: `Bearer ${token}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
    } catch (cause) {
      throw unavailable(cause);
    }
    if (response.ok) return response;
    throw refusal(method, path, response.status, await response.json().catch(() => ({})));
  }
}

function unavailable(cause: unknown): VivariumError {
  return new VivariumError("unavailable", `the policy does not answer: ${messageOf(cause)}`, {
    cause,
  });
}

function refusal(method: string, path: string, status: number, body: unknown): VivariumError {
  const problem = problemSchema.safeParse(body);
  const { detail, code, hint } = problem.success ? problem.data : {};
  const known: ErrorCode = code ?? (status >= 500 ? "provider" : "bad-request");
  return new VivariumError(
    known === "internal" ? "provider" : known,
    detail ?? `the policy refused ${method} ${path}: status ${status}`,
    hint === undefined ? {} : { hint },
  );
}
