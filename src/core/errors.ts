/** Every kind of failure that a person or a caller can meet. Append-only. */
export const errorCodes = [
  "bad-usage",
  "bad-request",
  "not-found",
  "conflict",
  "too-large",
  "unauthorized",
  "forbidden",
  "overloaded",
  "unavailable",
  "timeout",
  "database",
  "checkpoint",
  "script",
  "port-in-use",
  "provider",
  "cell",
  "internal",
] as const;

/** A kind of failure. */
export type ErrorCode = typeof errorCodes[number];

/**
 * The one error class of the house. The message says: cannot do X: 'y' must be Z: received V. The
 * hint says what to do next. A command prints both in one line and a hint and exits (2 for a user's
 * mistake); the API makes a problem document of them.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const error = new VivariumError("not-found", "there is no agent 'eve'", { hint: "spawn her" });
 * assertEquals([error.code, error.message, error.hint], [
 *   "not-found",
 *   "there is no agent 'eve'",
 *   "spawn her",
 * ]);
 * ```
 */
export class VivariumError extends Error {
  /** Tells it from other errors. */
  override readonly name = "VivariumError";

  /**
   * Makes an error.
   *
   * @param code the kind
   * @param message one line
   * @param options `hint`: what to do next; `data`: facts for a machine; `cause`: the error below
   */
  constructor(
    /** The kind of failure. */
    readonly code: ErrorCode,
    message: string,
    /** What is known beside the message. */
    readonly options: {
      readonly hint?: string;
      readonly data?: Readonly<Record<string, unknown>>;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
  }

  /** What to do next, if known. */
  get hint(): string | undefined {
    return this.options.hint;
  }
}

/**
 * The text of anything that was thrown.
 *
 * @param thrown an Error or any other value
 * @returns one line
 */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
