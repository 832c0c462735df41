import type { Backoff } from "./spec.ts";

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
