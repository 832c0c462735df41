/** One request to a model, made by an agent during a step. */
export interface CompletionRequest {
  /** Who asks. */
  readonly agent: string;
  /** Number of its life, from 1. */
  readonly life: number;
  /** Number of the step within the life, from 1. */
  readonly step: number;
  /** Which call within the step, from 0. */
  readonly call: number;
  /** What it asks: on a tick its query, which is its last response. */
  readonly prompt: string;
  /** Makes sampling repeatable where the model allows it. */
  readonly seed: number;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal;
}

/** What the trainer needs of a completion that the embedded policy wrote. */
export interface PolicyTrace {
  /** Version of the policy that wrote it. */
  readonly version: number;
  /** Token ids of the prompt, as they were read. */
  readonly promptIds: readonly number[];
  /** Token ids, the stop token included if it was drawn. */
  readonly ids: readonly number[];
  /** Log-probability of each id when it was drawn. */
  readonly logps: readonly number[];
}

/** A model's answer. */
export interface Completion {
  /** The response, which the agent runs. */
  readonly text: string;
  /** Which model wrote it, e.g. `policy@3`, `ollama:qwen3`. */
  readonly model: string;
  /** How many tokens were read and written. */
  readonly tokens: { readonly prompt: number; readonly completion: number };
  /** Only where the embedded policy wrote it: what it is trained on. */
  readonly trace?: PolicyTrace;
}

/**
 * A script has no further line for this agent: the life is truncated, which is not a death.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 * const model: Model = {
 *   spec: "silent",
 *   complete: () => Promise.reject(new EndOfScript()),
 *   close: () => Promise.resolve(),
 * };
 * const request = { agent: "ada", life: 1, step: 1, call: 0, prompt: "", seed: 1 };
 * await assertRejects(() => model.complete(request), EndOfScript);
 * ```
 */
export class EndOfScript extends Error {
  /** Tells it from other errors. */
  override readonly name = "EndOfScript";
}

/**
 * What writes responses. `complete` rejects with a VivariumError of code `provider` when there is no
 * answer after retries, and with {@linkcode EndOfScript} when a script has ended.
 */
export interface Model {
  /** The SPEC it was made from. */
  readonly spec: string;
  /**
   * Rejects with a VivariumError of code `provider` where it is plain that no request will be answered:
   * nobody is there, or does not know the model or the key. Called once, before any agent lives.
   */
  ready?(): Promise<void>;
  /** Answers a request. */
  complete(request: CompletionRequest): Promise<Completion>;
  /** Lets go of what it holds; called once, when the house stops. */
  close(): Promise<void>;
}
