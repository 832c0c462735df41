import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { normalBound } from "../../src/survival/chi_square.ts";
import { chiSquareTail } from "../../src/survival/mod.ts";

const near = (actual: number, expected: number, relative: number) =>
  assertAlmostEquals(actual / expected, 1, relative, `${actual} for ${expected}`);

Deno.test("chiSquareTail() gives the percentage points of the printed tables", () => {
  // E. S. Pearson and H. O. Hartley, Biometrika Tables for Statisticians I, table 8.
  const table = [
    [1, 3.84146, 0.05],
    [1, 6.63490, 0.01],
    [1, 10.828, 0.001],
    [2, 5.99146, 0.05],
    [3, 0.351846, 0.95],
    [3, 16.266, 0.001],
    [5, 1.14548, 0.95],
    [10, 18.3070, 0.05],
    [30, 50.8922, 0.01],
    [100, 124.342, 0.05],
  ] as const;
  for (const [degrees, x, tail] of table) near(chiSquareTail(x, degrees), tail, 3e-4);
});

Deno.test("chiSquareTail() keeps its digits far out, where one minus the rest would be 0", () => {
  // SciPy 1.17, stats.chi2.sf.
  near(chiSquareTail(200, 1), 2.0884875837625688e-45, 1e-12);
  near(chiSquareTail(1400, 1), 2.1010145162644003e-306, 1e-12);
  near(chiSquareTail(300, 200), 5.924540335483916e-06, 1e-10);
  near(chiSquareTail(2000, 2000), 0.4957947558197845, 1e-10);
  assertEquals([chiSquareTail(0, 3), chiSquareTail(Infinity, 3)], [1, 0]);
});

Deno.test("chiSquareTail() is a Poisson sum for an even number of degrees", () => {
  fc.assert(fc.property(fc.double({ min: 0, max: 80, noNaN: true }), fc.nat(12), (x, more) => {
    let [term, sum] = [Math.exp(-x / 2), 0];
    for (let i = 0; i <= more; i++) {
      sum += term;
      term *= x / 2 / (i + 1);
    }
    near(chiSquareTail(x, 2 * more + 2), sum, 1e-11);
  }));
});

Deno.test("chiSquareTail() of k + 2 degrees follows from that of k", () => {
  // Q(a + 1, x) = Q(a, x) + xᵃ e⁻ˣ / Γ(a + 1), DLMF 8.8.6; here for a = 1/2: Γ(3/2) = √π / 2.
  fc.assert(fc.property(fc.double({ min: 1e-6, max: 60, noNaN: true }), (x) => {
    const more = Math.sqrt(x / 2) * Math.exp(-x / 2) * 2 / Math.sqrt(Math.PI);
    near(chiSquareTail(x, 3), chiSquareTail(x, 1) + more, 1e-11);
  }));
});

Deno.test("chiSquareTail() refuses what has no tail", () => {
  assertThrows(() => chiSquareTail(-1, 1), RangeError, "received -1");
  assertThrows(() => chiSquareTail(NaN, 1), RangeError, "received NaN");
  assertThrows(() => chiSquareTail(1, 0), RangeError, "received 0");
  assertThrows(() => chiSquareTail(1, 1.5), RangeError, "received 1.5");
});

Deno.test("normalBound() gives the quantiles that everyone knows by heart", () => {
  near(normalBound(0.9), 1.6448536269514722, 1e-12);
  near(normalBound(0.95), 1.959963984540054, 1e-12);
  near(normalBound(0.99), 2.5758293035489004, 1e-12);
  for (const level of [0, 1, -1, NaN]) assertThrows(() => normalBound(level), RangeError, "level");
});
