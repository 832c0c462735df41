import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { kaplanMeier, medianSurvival } from "../../src/survival/mod.ts";
import { freireich, lifetimes } from "./support.ts";

// The estimates are those of Cox and Oakes, and of Kleinbaum and Klein, table 2.1.
const { treated, placebo } = freireich;

Deno.test("kaplanMeier() gives the published estimates for the leukaemia data of Freireich", () => {
  const curve = kaplanMeier(treated);
  const published = [
    [6, 21, 3, 0.857, 0.076],
    [7, 17, 1, 0.807, 0.087],
    [10, 15, 1, 0.753, 0.096],
    [13, 12, 1, 0.690, 0.107],
    [16, 11, 1, 0.627, 0.114],
    [22, 7, 1, 0.538, 0.128],
    [23, 6, 1, 0.448, 0.135],
  ] as const;
  assertEquals(curve.length, published.length);
  published.forEach(([time, atRisk, deaths, survival, standardError], index) => {
    const point = curve[index]!;
    assertEquals([point.time, point.atRisk, point.deaths], [time, atRisk, deaths]);
    assertAlmostEquals(point.survival, survival, 0.0005);
    assertAlmostEquals(point.standardError, standardError, 0.0006);
  });
  assertEquals(medianSurvival(curve), 23);
});

Deno.test("medianSurvival() of the placebo group is 8 weeks, and the curve ends at 0", () => {
  const curve = kaplanMeier(placebo);
  assertEquals(medianSurvival(curve), 8);
  assertEquals(curve.at(-1)?.survival, 0);
});

Deno.test("medianSurvival() is null when half of the lives outlive the watch", () => {
  assertEquals(medianSurvival(kaplanMeier([])), null);
  assertEquals(medianSurvival(kaplanMeier(lifetimes("3,5+,5+,5+"))), null);
});

Deno.test("kaplanMeier() is the empirical survival function when nothing is censored", () => {
  fc.assert(fc.property(fc.array(fc.nat(30), { minLength: 1, maxLength: 60 }), (times) => {
    const curve = kaplanMeier(times.map((time) => ({ time, died: true })));
    for (const point of curve) {
      const longer = times.filter((time) => time > point.time).length;
      assertAlmostEquals(point.survival, longer / times.length, 1e-9);
    }
  }));
});

Deno.test("kaplanMeier() refuses a time that is negative or no number", () => {
  assertThrows(() => kaplanMeier([{ time: -1, died: true }]), RangeError, "received -1");
  assertThrows(() => kaplanMeier([{ time: NaN, died: true }]), RangeError, "received NaN");
});
