import type { Clock } from "../core/clock.ts";
import { VivariumError } from "../core/errors.ts";

/** Why one attempt failed, as its provider understood it. */
export class AttemptFailure extends Error {
  override readonly name = "AttemptFailure";

  /**
   * @param message one line
   * @param retriable whether the same request may succeed later
   * @param more how long the server asked to wait, and what the user can do about it
   */
  constructor(
    message: string,
    readonly retriable: boolean,
    readonly more: ErrorOptions & {
      readonly retryAfterMs?: number | undefined;
      readonly hint?: string | undefined;
    } = {},
  ) {
    super(message, more);
  }
}

/** How often, and how long. */
export interface RetryLimits {
  /** Attempts after the first. @default 3 */
  readonly retries?: number;
  /** Wait before the second attempt, doubled before each further one. @default 500 */
  readonly backoffMs?: number;
  /** No wait is longer, whatever the server asks. @default 20000 */
  readonly maxWaitMs?: number;
  /** An attempt that takes longer is given up, and not repeated: it had its time. @default 120000 */
  readonly timeoutMs?: number;
}

/** What else a call with retries needs. */
export interface RetryOptions extends RetryLimits {
  /** Names the model in messages. */
  readonly model: string;
  readonly clock: Clock;
  /** Gives everything up. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes attempts until one succeeds, one fails for good, or there have been enough.
 *
 * @param attempt makes one attempt; rejects with {@linkcode AttemptFailure}. Its signal is aborted
 *   when its time is up or the whole is given up
 * @returns what the attempt resolved with
 * @throws {VivariumError} `provider`, whatever the failure was
 */
export async function withRetries<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  options: RetryOptions,
): Promise<T> {
  const { model, clock, retries = 3, backoffMs = 500, maxWaitMs = 20_000, signal } = options;
  for (let made = 1;; made++) {
    const failure = await once(attempt, options);
    if (!(failure instanceof AttemptFailure)) return failure.value;
    if (signal?.aborted === true || !failure.retriable || made > retries) {
      const tries = made === 1 ? "" : ` after ${made} attempts`;
      throw new VivariumError("provider", `${model} has no answer${tries}: ${failure.message}`, {
        cause: failure,
        ...(failure.more.hint === undefined ? {} : { hint: failure.more.hint }),
      });
    }
    const waitMs = Math.min(failure.more.retryAfterMs ?? backoffMs * 2 ** (made - 1), maxWaitMs);
    await pause(clock, waitMs, signal);
  }
}

async function once<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  { clock, timeoutMs = 120_000, signal }: RetryOptions,
): Promise<{ readonly value: T } | AttemptFailure> {
  const inner = new AbortController();
  const ended = Promise.withResolvers<AttemptFailure>();
  const end = (why: string): void => {
    ended.resolve(new AttemptFailure(why, false));
    inner.abort(new DOMException(why, "AbortError"));
  };
  const giveUp = (): void => end("the call was given up");
  if (signal?.aborted === true) return new AttemptFailure("the call was given up", false);
  signal?.addEventListener("abort", giveUp, { once: true });
  const cancel = clock.after(timeoutMs, () => end(`no answer within ${timeoutMs} ms`));
  try {
    // A provider that ignores its signal must not hold the agent.
    const value = attempt(inner.signal).then((value) => ({ value }), asFailure);
    return await Promise.race([value, ended.promise]);
  } finally {
    cancel();
    signal?.removeEventListener("abort", giveUp);
  }
}

function asFailure(error: unknown): AttemptFailure {
  if (error instanceof AttemptFailure) return error;
  return new AttemptFailure(error instanceof Error ? error.message : String(error), false);
}

/** Waits, or less when the whole is given up. */
function pause(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.after(ms, done);
    if (signal?.aborted === true) done();
    else signal?.addEventListener("abort", done, { once: true });
  });
}

/**
 * What a status of HTTP means for another attempt: too many requests, a time-out of the server and
 * its own failures may pass.
 */
export function isRetriableStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/**
 * Reads a `Retry-After` header (RFC 9110, 10.2.3).
 *
 * @param value seconds or a date
 * @param nowMs the time now
 * @returns milliseconds to wait; undefined if there is none
 */
export function retryAfterMs(value: string | null, nowMs: number): number | undefined {
  if (value === null || value.trim() === "") return undefined;
  const ms = /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
