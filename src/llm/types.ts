/** One request to a model, made by an agent during a step. */
export interface CompletionRequest {
  readonly agent: string;
  readonly life: number;
  readonly step: number;
  /** Which call within the step, from 0. */
  readonly call: number;
  readonly prompt: string;
  /** Makes sampling repeatable where the model allows it. */
  readonly seed: number;
  readonly signal?: AbortSignal;
}

/** What the trainer needs of a completion that the embedded policy wrote. */
export interface PolicyTrace {
  /** Version of the policy that wrote it. */
  readonly version: number;
  readonly promptIds: readonly number[];
  /** Token ids, the stop token included if it was drawn. */
  readonly ids: readonly number[];
  /** Log-probability of each id when it was drawn. */
  readonly logps: readonly number[];
}

/** A model's answer. */
export interface Completion {
  readonly text: string;
  /** Which model wrote it, e.g. `policy@3`, `ollama:qwen3`. */
  readonly model: string;
  readonly tokens: { readonly prompt: number; readonly completion: number };
  readonly trace?: PolicyTrace;
}

/** A script has no further line for this agent: the life is truncated, which is not a death. */
export class EndOfScript extends Error {
  override readonly name = "EndOfScript";
}

/**
 * What writes responses. `complete` rejects with a VivariumError of code `provider` when there is no
 * answer after retries, and with {@linkcode EndOfScript} when a script has ended.
 */
export interface Model {
  /** The SPEC it was made from. */
  readonly spec: string;
  complete(request: CompletionRequest): Promise<Completion>;
  close(): Promise<void>;
}
