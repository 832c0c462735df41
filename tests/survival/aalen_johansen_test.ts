import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { aalenJohansen, type CausedLifetime, kaplanMeier } from "../../src/survival/mod.ts";

type Lives = readonly CausedLifetime<string>[];

/** `4B` died at 4 of B; `4` was censored there. */
const lives = (text: string): Lives =>
  text.split(",").map((entry) => ({
    time: parseInt(entry),
    cause: entry.replace(/^\d+/, "") || null,
  }));

Deno.test("aalenJohansen() gives the published breast cancer example", () => {
  // J. M. Satagopan et al., Brit. J. Cancer 91 (2004) 1229–1235, table 2: the first nine of 305 patients, whose
  // months of follow-up are known; the others were followed for longer. Percentages to one place.
  const known = "7,10cancer,14,16cancer,18other,23cancer,24,26other,27cancer";
  const followed = [...lives(known), ...lives(new Array(296).fill("99").join())];
  const points = aalenJohansen(followed);
  const percent = (chance: number) => Number((100 * chance).toFixed(1));
  assertEquals(
    points.map(({ time, atRisk, survival }) => [time, atRisk, percent(survival)]),
    [[10, 304, 99.7], [16, 302, 99.3], [18, 301, 99], [23, 300, 98.7], [26, 298, 98.3], [
      27,
      297,
      98,
    ]],
  );
  assertEquals(points.map(({ incidence }) => percent(incidence["cancer"]!)), [
    0.3,
    // 0.66: the table adds what it has rounded, and prints 0.6, 0.9 and 1.2.
    0.7,
    0.7,
    1,
    1,
    1.3,
  ]);
  const steps = [0.3, 0.3, 0.3, 0.3];
  const cancer = [0, ...[0, 1, 3, 5].map((index) => points[index]!.incidence["cancer"]!)];
  assertEquals(cancer.slice(1).map((value, i) => percent(value - cancer[i]!)), steps);
});

Deno.test("aalenJohansen() gives the fractions that a pencil gives", () => {
  // time  at risk   S before   dA dB   F_A                     F_B                     S
  //   1      8        1         1  0   1/8                     0                       7/8
  //   2      7       (one censored)
  //   3      6       7/8        0  1   1/8                     7/8 · 1/6 = 7/48        35/48
  //   4      5      35/48       1  1   6/48 + 7/48 = 13/48     7/48 + 7/48 = 14/48     21/48
  //   5      3       (one censored)
  //   6      2      21/48       1  0   26/96 + 21/96 = 47/96   28/96                   21/96
  //   7      1      21/96       0  1   47/96                   28/96 + 21/96 = 49/96   0
  const points = aalenJohansen(lives("4B,1A,2,7B,3B,4A,6A,5"));
  const by96 = (chance: number) => chance * 96;
  const expected = [
    [1, 8, 12, 0, 84],
    [3, 6, 12, 14, 70],
    [4, 5, 26, 28, 42],
    [6, 2, 47, 28, 21],
    [7, 1, 47, 49, 0],
  ] as const;
  assertEquals(points.length, expected.length);
  expected.forEach(([time, atRisk, a, b, survival], index) => {
    const point = points[index]!;
    assertEquals([point.time, point.atRisk], [time, atRisk]);
    assertAlmostEquals(by96(point.incidence["A"]!), a, 1e-12);
    assertAlmostEquals(by96(point.incidence["B"]!), b, 1e-12);
    assertAlmostEquals(by96(point.survival), survival, 1e-12);
  });
  // Var F_A(3): F − Fᵢ is 0 at both times, so only S² d (n − d) / n³ of time 1 is left: 7/512.
  assertAlmostEquals(points[1]!.standardError["A"]!, Math.sqrt(7 / 512), 1e-12);
  // Var F_B(3): that of time 3, (7/8)² · 5/216, and (7/48)² · 1/(8 · 7) for those lost at time 1.
  const variance = (7 / 8) ** 2 * 5 / 216 + (7 / 48) ** 2 / 56;
  assertAlmostEquals(points[1]!.standardError["B"]!, Math.sqrt(variance), 1e-12);
});

const cause = fc.constantFrom("escape", "harm", "timeout");
const life = (ends: fc.Arbitrary<string | null>) => fc.record({ time: fc.nat(20), cause: ends });
const some = fc.array(life(fc.option(cause)), { maxLength: 50 });

Deno.test("aalenJohansen(): incidences and survival sum to 1, and survival is Kaplan and Meier's", () => {
  fc.assert(fc.property(some, (sample) => {
    const points = aalenJohansen(sample);
    const curve = kaplanMeier(sample.map((one) => ({ time: one.time, died: one.cause !== null })));
    assertEquals(points.map(({ time }) => time), curve.map(({ time }) => time));
    points.forEach(({ survival, incidence }, index) => {
      assertAlmostEquals(survival, curve[index]!.survival, 1e-12);
      const sum = Object.values(incidence).reduce((total, one) => total + one, survival);
      assertAlmostEquals(sum, 1, 1e-12);
    });
  }));
});

Deno.test("aalenJohansen() is the empirical distribution when nothing is censored", () => {
  const all = fc.array(life(cause), { minLength: 1, maxLength: 50 });
  fc.assert(fc.property(all, (sample) => {
    for (const { time, incidence, standardError } of aalenJohansen(sample)) {
      for (const [name, value] of Object.entries(incidence)) {
        const dead = sample.filter((one) => one.cause === name && one.time <= time).length;
        const share = dead / sample.length;
        assertAlmostEquals(value, share, 1e-12);
        // Then the variance is the binomial one.
        assertAlmostEquals(standardError[name]! ** 2, share * (1 - share) / sample.length, 1e-12);
      }
    }
  }));
});

Deno.test("aalenJohansen() of one cause is one minus Kaplan and Meier, error and all", () => {
  fc.assert(fc.property(fc.array(life(fc.option(fc.constant("harm")))), (sample) => {
    const curve = kaplanMeier(sample.map((one) => ({ time: one.time, died: one.cause !== null })));
    aalenJohansen(sample).forEach(({ incidence, standardError }, index) => {
      const { survival, standardError: greenwood } = curve[index]!;
      assertAlmostEquals(incidence["harm"]!, 1 - survival, 1e-12);
      // Where nobody is left, Greenwood's sum is infinite and `kaplanMeier` says 0.
      if (survival > 0) assertAlmostEquals(standardError["harm"]!, greenwood, 1e-9);
    });
  }));
});

Deno.test("aalenJohansen()'s variance is the delta method's double sum", () => {
  fc.assert(fc.property(some, (sample) => {
    const points = aalenJohansen(sample);
    for (const name of new Set(sample.flatMap((one) => one.cause ?? []))) {
      points.forEach(({ incidence, standardError }, last) => {
        const variance = points.slice(0, last + 1).reduce((sum, point, i) => {
          const [n, before] = [point.atRisk, i === 0 ? 1 : points[i - 1]!.survival];
          const at = sample.filter((one) => one.time === point.time && one.cause !== null);
          const [d, own] = [at.length, at.filter((one) => one.cause === name).length];
          const gap = incidence[name]! - point.incidence[name]!;
          return sum + (n === d ? 0 : gap ** 2 * d / (n * (n - d))) +
            before ** 2 * own * (n - own) / n ** 3 - 2 * gap * before * own / n ** 2;
        }, 0);
        assertAlmostEquals(standardError[name]! ** 2, variance, 1e-12);
      });
    }
  }));
});

Deno.test("aalenJohansen() of nobody, or of lives that all go on, is empty; a bad time is refused", () => {
  assertEquals(aalenJohansen([]), []);
  assertEquals(aalenJohansen(lives("3,5")), []);
  assertThrows(() => aalenJohansen([{ time: -2, cause: null }]), RangeError, "received -2");
});
