import type { Clock } from "../core/clock.ts";
import { printable } from "../core/text.ts";
import { type RetryLimits, withRetries } from "./retry.ts";
import type { Completion, CompletionRequest, Model } from "./types.ts";

/** What a call of a model behind a network may take. */
export interface ModelLimits extends RetryLimits {
  /** Longest answer, in tokens. @default 2048 */
  readonly maxTokens?: number;
  /** How long a server may take to say whether it has the model. @default 10000 */
  readonly readyMs?: number;
}

/** What the providers beyond this machine's process tree have in common. */
export interface RemoteOptions {
  readonly clock: Clock;
  readonly limits?: ModelLimits | undefined;
}

/** The answer to one attempt. */
export type Answer = Omit<Completion, "model">;

/**
 * A model behind a network: retries, a time limit for each attempt, and everything given up when the
 * house closes it.
 *
 * @param spec the SPEC, also the name in the record
 * @param ask makes one attempt; rejects with AttemptFailure
 * @param look rejects with AttemptFailure where no attempt will ever succeed
 */
export function remoteModel(
  spec: string,
  options: RemoteOptions,
  ask: (request: CompletionRequest, signal: AbortSignal) => Promise<Answer>,
  look: (signal: AbortSignal) => Promise<void>,
): Model {
  const closing = new AbortController();
  return {
    spec,
    ready: () =>
      withRetries(look, {
        ...{ clock: options.clock, model: spec, signal: closing.signal },
        ...{ retries: 0, timeoutMs: options.limits?.readyMs ?? 10_000 },
      }),
    async complete(request): Promise<Completion> {
      const signal = request.signal === undefined
        ? closing.signal
        : AbortSignal.any([closing.signal, request.signal]);
      const answer = await withRetries((each) => ask(request, each), {
        ...options.limits,
        clock: options.clock,
        model: spec,
        signal,
      });
      return { ...answer, model: spec };
    },
    close(): Promise<void> {
      closing.abort();
      return Promise.resolve();
    },
  };
}

/** A server's words, made fit for one line of a message. */
export function serverWords(text: string): string {
  return printable(text.trim(), 200);
}
