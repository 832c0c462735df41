import type { MiddlewareHandler } from "hono";
import type { Clock } from "../../core/clock.ts";
import { VivariumError } from "../../core/errors.ts";
import { problem } from "../problem.ts";
import { remoteOf } from "./remote.ts";

/** How fast one address may ask. A read costs 1, a change 5, a wrong token 20. */
export interface RateLimit {
  /** What an address gets back in a second. */
  readonly perSecond: number;
  /** What it has after a rest. */
  readonly burst: number;
}

interface Bucket {
  left: number;
  atMs: number;
}

/** Addresses remembered at most; the one that rested longest is forgotten, which only favours it. */
const mostBuckets = 10_000;

/**
 * A token bucket for each remote address. Too much is answered 429 with `Retry-After`.
 *
 * @param limit of each address
 * @param clock fills the buckets
 */
export function rateLimit({ perSecond, burst }: RateLimit, clock: Clock): MiddlewareHandler {
  const buckets = new Map<string, Bucket>();
  const bucketOf = (address: string): Bucket => {
    const now = clock.monotonic();
    const { left, atMs } = buckets.get(address) ?? { left: burst, atMs: now };
    const bucket = { left: Math.min(burst, left + (now - atMs) * perSecond / 1000), atMs: now };
    // Taken out and put in again: the map's order is that of the last use.
    buckets.delete(address);
    buckets.set(address, bucket);
    const [oldest] = buckets.keys();
    if (buckets.size > mostBuckets && oldest !== undefined) buckets.delete(oldest);
    return bucket;
  };
  return async function rateLimit(c, next) {
    const bucket = bucketOf(remoteOf(c));
    const cost = ["GET", "HEAD", "OPTIONS"].includes(c.req.method) ? 1 : 5;
    if (bucket.left < cost) {
      const seconds = Math.ceil((cost - bucket.left) / perSecond);
      return problem(c, {
        error: new VivariumError("overloaded", "too many requests from this address", {
          hint: `wait ${seconds} s`,
          data: { perSecond, burst },
        }),
        status: 429,
        title: "Too many requests",
        headers: new Headers({ "retry-after": String(seconds) }),
      });
    }
    bucket.left -= cost;
    await next();
    if (c.res.status === 401) bucket.left -= 20;
  };
}
