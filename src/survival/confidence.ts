import { normalBound } from "./chi_square.ts";
import type { SurvivalPoint } from "./kaplan_meier.ts";

/** An interval of chances. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** A point of a survival curve with its confidence limits. */
export interface SurvivalBand extends SurvivalPoint, Interval {}

/**
 * A confidence interval for a chance p̂, symmetric on the scale of log(−log p), so that it never
 * leaves [0, 1]: p̂ to the power exp(±z · se / (p̂ · log p̂)).
 * (J. D. Kalbfleisch and R. L. Prentice, The Statistical Analysis of Failure Time Data, 1980, sec. 1.3; it keeps
 * its level in small samples: Ø. Borgan and K. Liestøl, Scand. J. Statist. 17, 1990, 35–41.)
 *
 * @param estimate p̂; at 0 or 1, which have no error of their own, the interval is the point
 * @param standardError of p̂
 * @param level how often such an interval should hold the truth
 * @default level 0.95
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * const { lower, upper } = logLogInterval(0.857, 0.0764);
 * assertAlmostEquals(lower, 0.62, 0.001);
 * assertAlmostEquals(upper, 0.952, 0.001);
 * ```
 */
export function logLogInterval(estimate: number, standardError: number, level = 0.95): Interval {
  if (!(estimate > 0 && estimate < 1)) return { lower: estimate, upper: estimate };
  const reach = normalBound(level) * standardError / Math.abs(estimate * Math.log(estimate));
  return { lower: estimate ** Math.exp(reach), upper: estimate ** Math.exp(-reach) };
}

/**
 * Pointwise confidence limits of a Kaplan–Meier curve, from Greenwood's variance on the log(−log)
 * scale (see {@linkcode logLogInterval}). They hold at each time by itself, not along the whole curve.
 *
 * Where the curve falls to 0 there is no variance: the lower limit is 0, and the upper one is that of
 * the point before, which is still valid, since survival does not rise. (Other programs leave it out.)
 *
 * @param curve of `kaplanMeier`
 * @param level how often the limits of one time should hold the truth
 * @default level 0.95
 * @throws {RangeError} if the level is not strictly between 0 and 1
 */
export function confidenceBands(
  curve: readonly SurvivalPoint[],
  level = 0.95,
): readonly SurvivalBand[] {
  let before = 1;
  return curve.map((point) => {
    const { survival, standardError } = point;
    const { lower, upper } = survival > 0
      ? logLogInterval(survival, standardError, level)
      : { lower: 0, upper: before };
    before = upper;
    return { ...point, lower, upper };
  });
}
