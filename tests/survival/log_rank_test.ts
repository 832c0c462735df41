import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { type Lifetime, logRank } from "../../src/survival/mod.ts";
import { freireich, lifetimes, veterans } from "./support.ts";

Deno.test("logRank() gives the published test of the leukaemia data of Freireich", () => {
  // R, survdiff(): 21 and 9 deaths for 10.7 and 19.3 expected, Chisq = 16.8 on 1 degree, p = 4.17e-05;
  // Kleinbaum and Klein, chapter 2: 16.793.
  const { groups, ...test } = logRank([freireich.placebo, freireich.treated]);
  assertAlmostEquals(test.chiSquare, 16.793, 0.0005);
  assertEquals(test.degreesOfFreedom, 1);
  assertAlmostEquals(test.pValue, 4.17e-5, 0.005e-5);
  assertEquals(groups.map(({ observed }) => observed), [21, 9]);
  assertAlmostEquals(groups[0]!.expected, 10.75, 0.005);
  assertAlmostEquals(groups[1]!.expected, 19.25, 0.005);
});

Deno.test("logRank() gives the published test of four groups, the veterans' lung cancers", () => {
  // SAS/STAT, PROC LIFETEST, example "Product-Limit Estimates and Tests of Association": rank statistics
  // −16.655, 14.898, 10.306, −8.549, chi-square 25.4037 on 3 degrees, p < 0.0001.
  const { squamous, small, adeno, large } = veterans;
  assertEquals([squamous, small, adeno, large].map(({ length }) => length), [35, 48, 27, 27]);
  const { chiSquare, degreesOfFreedom, pValue, groups } = logRank([squamous, small, adeno, large]);
  assertAlmostEquals(chiSquare, 25.4037, 0.00005);
  assertEquals(degreesOfFreedom, 3);
  assertAlmostEquals(pValue, 1.2712e-5, 0.0001e-5);
  [-16.655, 14.898, 10.306, -8.549].forEach((statistic, index) => {
    const { observed, expected } = groups[index]!;
    assertAlmostEquals(observed - expected, statistic, 0.0005);
  });
});

const life = fc.record({ time: fc.nat(12), died: fc.boolean() });
const group = fc.array(life, { maxLength: 12 });

Deno.test("logRank() of two groups is (O − E)² / V", () => {
  fc.assert(fc.property(group, group, (a, b) => {
    let [difference, variance] = [0, 0];
    for (const time of new Set([...a, ...b].map((one) => one.time))) {
      const at = (lives: readonly Lifetime[]) => lives.filter((one) => one.time >= time).length;
      const deaths = (lives: readonly Lifetime[]) =>
        lives.filter((one) => one.time === time && one.died).length;
      const [n, d] = [at(a) + at(b), deaths(a) + deaths(b)];
      difference += deaths(a) - d * at(a) / n;
      if (n > 1) variance += d * (n - d) / (n - 1) * at(a) * at(b) / n ** 2;
    }
    const expected = variance === 0 ? 0 : difference ** 2 / variance;
    assertAlmostEquals(logRank([a, b]).chiSquare, expected, 1e-9);
  }));
});

Deno.test("logRank() does not care for the order of groups or the unit of time", () => {
  fc.assert(fc.property(fc.array(group, { minLength: 2, maxLength: 5 }), (groups) => {
    const { chiSquare, degreesOfFreedom, groups: found } = logRank(groups);
    const reversed = logRank(groups.toReversed());
    assertAlmostEquals(reversed.chiSquare, chiSquare, 1e-8);
    assertEquals(reversed.degreesOfFreedom, degreesOfFreedom);
    const stretched = groups.map((lives) => lives.map((one) => ({ ...one, time: one.time ** 2 })));
    assertAlmostEquals(logRank(stretched).chiSquare, chiSquare, 1e-12);
    const sum = (which: "observed" | "expected") =>
      found.reduce((total, one) => total + one[which], 0);
    assertAlmostEquals(sum("observed"), sum("expected"), 1e-9);
  }));
});

Deno.test("logRank() finds no difference where there is none to see", () => {
  const same = logRank([freireich.treated, freireich.treated, freireich.treated]);
  assertAlmostEquals(same.chiSquare, 0, 1e-12);
  assertAlmostEquals(same.pValue, 1, 1e-6);
  // All die at once, all are censored, one group alone, a group gone before the first death, nobody.
  const nothing = [
    [["3,3,3", "3,3"], 1],
    [["3+,4+", "9+"], 0],
    [["1,2,3"], 0],
    [["5,6,7", "1+,2+"], 0],
  ] as const;
  for (const [groups, degreesOfFreedom] of nothing) {
    const { chiSquare, pValue, ...rest } = logRank(groups.map(lifetimes));
    assertEquals([chiSquare, pValue, rest.degreesOfFreedom], [0, 1, degreesOfFreedom]);
  }
  assertEquals(logRank([]), { chiSquare: 0, degreesOfFreedom: 0, pValue: 1, groups: [] });
  // It takes no part, and takes nothing from the others.
  const { treated, placebo } = freireich;
  assertEquals(
    logRank([treated, lifetimes("0+"), placebo]).chiSquare,
    logRank([treated, placebo]).chiSquare,
  );
});

Deno.test("logRank() rejects a true hypothesis as often as its level says", () => {
  let state = 7;
  const chance = () => (state = state * 48271 % 2147483647) / 2147483647;
  const lives = () =>
    Array.from({ length: 30 }, () => {
      const time = Math.ceil(Math.log(chance()) / Math.log(0.95));
      return time > 40 ? { time: 40, died: false } : { time, died: true };
    });
  let rejected = 0;
  for (let trial = 0; trial < 600; trial++) {
    if (logRank([lives(), lives(), lives()]).pValue < 0.1) rejected++;
  }
  assertAlmostEquals(rejected / 600, 0.1, 0.03);
});

Deno.test("logRank() refuses a time that is negative or no number", () => {
  assertThrows(() => logRank([[{ time: -1, died: true }]]), RangeError, "received -1");
  assertThrows(() => logRank([[{ time: NaN, died: true }]]), RangeError, "received NaN");
});
