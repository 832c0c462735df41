import type { MiddlewareHandler } from "hono";
import { VivariumError } from "../../core/errors.ts";
import { sha256 } from "../../core/hash.ts";
import type { Clock } from "../../core/clock.ts";

/** An answer as it was given first. */
interface Answer {
  readonly status: number;
  readonly headers: [string, string][];
  readonly body: Uint8Array<ArrayBuffer> | null;
}

interface Entry {
  readonly request: string;
  readonly atMs: number;
  readonly answer: Promise<Answer>;
}

/** How long an answer is kept, and how many at most. */
const keptMs = 10 * 60_000;
const mostKept = 1000;

/**
 * `Idempotency-Key` on posts: the same key again, with the same request, is answered as the first time
 * and nothing is done twice; one that is still under way is waited for. A failure inside (5xx) is
 * forgotten: trying again is what the key is for. Kept by this process for ten minutes.
 *
 * (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header)
 *
 * @param durable paths whose route keeps the keys itself, in the ledger
 * @param clock forgets
 * @throws {VivariumError} (the inner function) `conflict` for a key that came with another request
 */
export function idempotency(durable: ReadonlySet<string>, clock: Clock): MiddlewareHandler {
  const entries = new Map<string, Entry>();
  const forget = (): void => {
    const now = clock.monotonic();
    for (const [key, { atMs }] of entries) {
      // In order of arrival: whoever comes after is younger.
      if (entries.size <= mostKept && now - atMs < keptMs) return;
      entries.delete(key);
    }
  };
  return async function idempotency(c, next) {
    const key = c.req.header("idempotency-key");
    if (c.req.method !== "POST" || key === undefined || durable.has(c.req.path)) {
      return await next();
    }
    if (key.length < 1 || key.length > 255) {
      throw new VivariumError("bad-request", "an idempotency key must have 1 to 255 characters");
    }
    forget();
    const text = await c.req.text();
    // Another caller's key is another key.
    const request = sha256([c.req.method, c.req.url, text].join("\n"));
    const owned = sha256([c.req.header("authorization") ?? "", key].join("\n"));
    const before = entries.get(owned);
    if (before !== undefined) {
      if (before.request !== request) {
        throw new VivariumError("conflict", `the key '${key}' came before, with another request`, {
          hint: "use a new key for a new request",
        });
      }
      const { status, headers, body } = await before.answer;
      return new Response(body, { status, headers: [...headers, ["idempotent-replayed", "true"]] });
    }
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    promise.catch(() => {});
    entries.set(owned, { request, atMs: clock.monotonic(), answer: promise });
    try {
      await next();
      const kept = isStream(c.res) ? undefined : await answerOf(c.res);
      if (kept === undefined || kept.status >= 500) entries.delete(owned);
      if (kept !== undefined) resolve(kept);
      else reject(new VivariumError("conflict", "a stream is not given twice"));
    } catch (error) {
      entries.delete(owned);
      reject(error);
      throw error;
    }
  };
}

function isStream(response: Response): boolean {
  return /event-stream|ndjson/.test(response.headers.get("content-type") ?? "");
}

async function answerOf(response: Response): Promise<Answer> {
  const headers = [...response.headers].filter(([name]) => name !== "x-request-id");
  const body = response.body === null ? null : await response.clone().bytes();
  return { status: response.status, headers, body };
}
