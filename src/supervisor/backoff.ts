import { z } from "zod";

/** How long a child waits before it is restarted. */
export interface Backoff {
  /** The first wait. */
  readonly minMs: number;
  /** No wait is longer. */
  readonly maxMs: number;
  /** Each wait is so many times the one before. */
  readonly factor: number;
  /** A wait is longer by up to this share of itself, so that those who fall together rise apart. */
  readonly jitter: number;
}

/** Parses how long a child waits before it is restarted. */
export const backoffSchema = z.strictObject({
  minMs: z.int().min(0).max(600_000).default(10),
  maxMs: z.int().min(0).max(3_600_000).default(250),
  factor: z.number().min(1).max(100).default(2),
  jitter: z.number().min(0).max(1).default(0.2),
}).refine((backoff) => backoff.minMs <= backoff.maxMs, {
  path: ["minMs"],
  message: "must not be more than maxMs",
}) satisfies z.ZodType<Backoff>;

/**
 * How long the n-th restart waits.
 *
 * @param backoff minimum, maximum, factor and jitter
 * @param attempt restarts since the child was last quiet, from 0
 * @param roll a uniform number in [0, 1): its place within the jitter
 * @returns milliseconds, between the minimum and the maximum, both included
 */
export function backoffDelay(backoff: Backoff, attempt: number, roll: number): number {
  // 0 × ∞ is not a number; a minimum of 0 means no wait, however often.
  const grown = backoff.minMs === 0 ? 0 : backoff.minMs * backoff.factor ** attempt;
  const base = Math.min(backoff.maxMs, grown);
  return Math.min(backoff.maxMs, Math.round(base * (1 + backoff.jitter * roll)));
}

/** How long a child must have lived for its restarts to be forgotten. */
export function quietMs(backoff: Backoff): number {
  return (backoff.minMs + backoff.maxMs) / 2;
}
