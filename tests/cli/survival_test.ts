import { assertAlmostEquals, assertEquals, assertLess } from "@std/assert";
import { difference, survivalOf } from "../../src/cli/eval/survival.ts";

const died = (steps: number, cause = "hang") => ({ steps, cause });
const cut = (steps: number) => ({ steps, cause: null });

Deno.test("survivalOf() gives the median with its interval, and causes by number", () => {
  // 6-MP arm of Freireich's trial of 1963: survival's textbook data. Median 23, 95 % from 13, no upper limit.
  const deaths = [6, 6, 6, 7, 10, 13, 16, 22, 23].map((steps) => died(steps));
  const censored = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map(cut);
  const told = survivalOf([...deaths, ...censored, ...[]]);
  assertEquals([told.lives, told.deaths, told.median], [21, 9, 23]);
  assertEquals(told.interval, { lower: 13, upper: null });
  assertEquals(told.causes, [{ cause: "hang", deaths: 9 }]);
  assertAlmostEquals(told.outlasting[0]?.share ?? 0, 0.7529, 1e-4);
});

Deno.test("survivalOf() says nothing of ages that no life was watched for", () => {
  const share = (lives: Parameters<typeof survivalOf>[0]) =>
    survivalOf(lives).outlasting.map(({ share }) => share);
  assertEquals(share([died(3), cut(20)]), [0.5, null, null]);
  assertEquals(share([died(3), died(20)]), [0.5, 0, 0]);
  assertEquals(share([]), [null, null, null]);
});

Deno.test("survivalOf() counts causes, the most frequent first", () => {
  const { causes } = survivalOf([died(1, "harm"), died(2), died(3), cut(4), died(2, "exit")]);
  assertEquals(causes, [
    { cause: "hang", deaths: 2 },
    { cause: "exit", deaths: 1 },
    { cause: "harm", deaths: 1 },
  ]);
});

Deno.test("difference() compares groups that died differently, and nothing where there is nothing", () => {
  const short = Array.from({ length: 20 }, (_, index) => died(index % 3));
  const long = Array.from({ length: 20 }, (_, index) => died(20 + index % 3));
  assertLess(difference([short, long])?.pValue ?? 1, 1e-6);
  assertEquals(difference([short]), null);
  assertEquals(difference([short, []]), null);
  assertEquals(difference([[cut(1)], [cut(2)]]), null);
});
