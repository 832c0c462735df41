import { assertEquals, assertRejects } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import type { Clock } from "../../src/core/clock.ts";
import { AttemptFailure, retryAfterMs, withRetries } from "../../src/llm/retry.ts";

/** A clock on which waits pass at once and are noted; time limits never come. */
function hastyClock(waits: number[], limitMs: number): Clock {
  return {
    now: () => 0,
    monotonic: () => 0,
    after(delayMs, task) {
      if (delayMs === limitMs) return () => {};
      waits.push(delayMs);
      queueMicrotask(task);
      return () => {};
    },
  };
}

Deno.test("withRetries() waits twice as long each time, and as long as the server asks, up to a bound", async () => {
  const waits: number[] = [];
  const asks = [undefined, undefined, 1500, 3_600_000, undefined];
  const error = await assertRejects(
    () =>
      withRetries(
        () => Promise.reject(new AttemptFailure("busy", true, { retryAfterMs: asks.shift() })),
        {
          model: "m",
          clock: hastyClock(waits, 9),
          retries: 5,
          backoffMs: 100,
          maxWaitMs: 5000,
          timeoutMs: 9,
        },
      ),
    VivariumError,
  );
  assertEquals(waits, [100, 200, 1500, 5000, 1600]);
  assertEquals(error.message, "m has no answer after 6 attempts: busy");
});

Deno.test("retryAfterMs() reads seconds and dates", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  assertEquals(retryAfterMs("3", now), 3000);
  assertEquals(retryAfterMs("0.5", now), 500);
  assertEquals(retryAfterMs("Thu, 01 Jan 2026 00:00:10 GMT", now), 10_000);
  assertEquals(retryAfterMs("Wed, 31 Dec 2025 00:00:10 GMT", now), 0);
  assertEquals(retryAfterMs("soon", now), undefined);
  assertEquals(retryAfterMs("", now), undefined);
  assertEquals(retryAfterMs(null, now), undefined);
});
