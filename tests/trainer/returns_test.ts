import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { discountedReturns, meanReturn, symlog } from "../../src/trainer/mod.ts";

Deno.test("discountedReturns() gives the seed's worked example when three steps precede a harm", () => {
  const returns = discountedReturns([1, 1, 1, -1000], 0.99);
  const expected = [-967.3289, -978.11, -989, -1000];
  assertEquals(returns.length, expected.length);
  returns.forEach((value, step) => assertAlmostEquals(value, expected[step]!, 1e-9));
});

Deno.test("discountedReturns() goes on after the last step when a life was cut", () => {
  assertEquals(discountedReturns([1, 1], 0.5, 4), [2.5, 3]);
  assertEquals(discountedReturns([], 0.5, 4), []);
});

Deno.test("symlog() keeps order and sign, and lets nothing explode", () => {
  const rewards = [-1000, -10, -1, 0, 1, 5];
  const scaled = rewards.map(symlog);
  assertEquals([...scaled].sort((a, b) => a - b), scaled);
  assertEquals(scaled[3], 0);
  assert(scaled.every((value) => Math.abs(value) < 7));
});

Deno.test("meanReturn() counts a cut life as one that goes on as lives do", () => {
  const gamma = 0.9;
  const cut = { rewards: [1, 1, 1], truncated: true };
  // Nobody ever died: what follows is worth what every step is worth, r / (1 − γ).
  assertAlmostEquals(meanReturn([cut], gamma), 10);
  const dead = { rewards: [1, -10], truncated: false };
  assertAlmostEquals(meanReturn([dead], gamma), (1 - 9 - 10) / 2);
  const mean = meanReturn([cut, dead], gamma);
  const steps = [
    ...discountedReturns(cut.rewards, gamma, mean),
    ...discountedReturns(dead.rewards, gamma),
  ];
  assertAlmostEquals(mean, steps.reduce((sum, value) => sum + value, 0) / steps.length);
  assertEquals(meanReturn([], gamma), 0);
});
