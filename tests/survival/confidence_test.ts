import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { confidenceBands, kaplanMeier, logLogInterval } from "../../src/survival/mod.ts";
import { freireich } from "./support.ts";

Deno.test("confidenceBands() gives Stata's limits for the leukaemia data of Freireich", () => {
  // `sts list` on the data of Kleinbaum and Klein; Stata's limits are the log(−log) ones.
  const published = [
    [6, 0.6197, 0.9516],
    [7, 0.5631, 0.9228],
    [10, 0.5032, 0.8894],
    [13, 0.4316, 0.8491],
    [16, 0.3675, 0.8049],
    [22, 0.2678, 0.7468],
    [23, 0.1881, 0.6801],
  ] as const;
  const bands = confidenceBands(kaplanMeier(freireich.treated));
  assertEquals(bands.map(({ time }) => time), published.map(([time]) => time));
  published.forEach(([, lower, upper], index) => {
    assertAlmostEquals(bands[index]!.lower, lower, 6e-5);
    assertAlmostEquals(bands[index]!.upper, upper, 6e-5);
  });
});

Deno.test("confidenceBands() keeps the upper limit of the point before when the curve falls to 0", () => {
  const [before, last] = confidenceBands(kaplanMeier(freireich.placebo)).slice(-2);
  assertEquals(last?.survival, 0);
  assertEquals([last?.lower, last?.upper], [0, before?.upper]);
  assertEquals(confidenceBands([]), []);
  assertThrows(() => confidenceBands(kaplanMeier(freireich.treated), 1), RangeError, "level");
});

const life = fc.record({ time: fc.nat(30), died: fc.boolean() });

Deno.test("confidenceBands() hold the estimate, stay in [0, 1], and widen with the level", () => {
  fc.assert(fc.property(fc.array(life, { maxLength: 60 }), (lives) => {
    const curve = kaplanMeier(lives);
    const wide = confidenceBands(curve, 0.99);
    confidenceBands(curve, 0.8).forEach(({ survival, lower, upper }, index) => {
      assert(0 <= lower && lower <= survival && survival <= upper && upper <= 1);
      assert(wide[index]!.lower <= lower && upper <= wide[index]!.upper);
    });
  }));
});

Deno.test("logLogInterval() is the point where there is no error", () => {
  assertEquals(logLogInterval(0, 0), { lower: 0, upper: 0 });
  assertEquals(logLogInterval(1, 0), { lower: 1, upper: 1 });
});

Deno.test("confidenceBands() hold the truth about as often as they say", () => {
  // 400 samples of 40 lives that die with chance 0.1 a step and are censored with chance 0.05: S(5) = 0.9⁵.
  let state = 1;
  const chance = () => (state = state * 48271 % 2147483647) / 2147483647;
  const truth = 0.9 ** 5;
  let held = 0;
  for (let sample = 0; sample < 400; sample++) {
    const lives = Array.from({ length: 40 }, () => {
      for (let time = 1;; time++) {
        if (chance() < 0.1) return { time, died: true };
        if (chance() < 0.05) return { time, died: false };
      }
    });
    const at = confidenceBands(kaplanMeier(lives)).filter(({ time }) => time <= 5).at(-1);
    if (at !== undefined && at.lower <= truth && truth <= at.upper) held++;
  }
  assertAlmostEquals(held / 400, 0.95, 0.025);
});
