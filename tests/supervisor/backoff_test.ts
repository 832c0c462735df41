import { assert, assertEquals, assertGreater } from "@std/assert";
import fc from "fast-check";
import { backoffDelay, quietMs } from "../../src/supervisor/backoff.ts";
import { requirement } from "./requirement.ts";

Deno.test(requirement(11, "backoffDelay() is the exact sequence minimum, ×2, cap"), () => {
  const backoff = { minMs: 100, maxMs: 1000, factor: 2, jitter: 0 };
  assertEquals([0, 1, 2, 3, 4, 5].map((attempt) => backoffDelay(backoff, attempt, 0.9)), [
    100,
    200,
    400,
    800,
    1000,
    1000,
  ]);
  assertEquals(quietMs(backoff), 550);
});

Deno.test("backoffDelay() adds the rolled share of the jitter", () => {
  const backoff = { minMs: 100, maxMs: 1000, factor: 2, jitter: 0.5 };
  assertEquals(backoffDelay(backoff, 1, 0), 200);
  assertEquals(backoffDelay(backoff, 1, 0.5), 250);
});

Deno.test("backoffDelay() never waits when the minimum is 0", () => {
  const backoff = { minMs: 0, maxMs: 1000, factor: 100, jitter: 1 };
  assertEquals(backoffDelay(backoff, 1e6, 0.9), 0);
});

Deno.test("backoffDelay() stays within its bounds and never shrinks with the attempts", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1000 }),
      fc.integer({ min: 0, max: 10_000 }),
      fc.double({ min: 1, max: 10, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 2000 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (minMs, more, factor, jitter, attempt, roll) => {
        const backoff = { minMs, maxMs: minMs + more, factor, jitter };
        const delay = backoffDelay(backoff, attempt, roll);
        assert(Number.isInteger(delay) && delay >= minMs && delay <= backoff.maxMs);
        assert(backoffDelay(backoff, attempt + 1, roll) >= delay);
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test(requirement(11, "backoffDelay() spreads a hundred children that fall together"), () => {
  const backoff = { minMs: 100, maxMs: 10_000, factor: 2, jitter: 0.5 };
  const delays = Array.from({ length: 100 }, (_, index) => backoffDelay(backoff, 3, index / 100));
  assertGreater(new Set(delays).size, 90);
});
