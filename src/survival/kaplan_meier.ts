/** One life, as survival analysis sees it. */
export interface Lifetime {
  /** How long it was watched: steps survived. At least 0. */
  readonly time: number;
  /** Whether it ended in the event of interest; false: censored, it lived at least so long. */
  readonly died: boolean;
}

/** The curve from one time of death up to the next. */
export interface SurvivalPoint {
  readonly time: number;
  /** Lives still watched just before this time. */
  readonly atRisk: number;
  readonly deaths: number;
  /** Ŝ(t): the estimated chance to live longer than `time`. */
  readonly survival: number;
  /** Greenwood's standard error of Ŝ(t). */
  readonly standardError: number;
}

/**
 * The Kaplan–Meier product-limit estimator.
 *
 * Ŝ(t) = ∏ over times tᵢ ≤ t of (1 − dᵢ/nᵢ), with dᵢ deaths among nᵢ at risk; a life censored at tᵢ
 * still counts as at risk there. The variance is Greenwood's: Ŝ(t)² ∑ dᵢ / (nᵢ (nᵢ − dᵢ)).
 * (E. L. Kaplan and P. Meier, J. Amer. Statist. Assoc. 53, 1958, 457–481.)
 *
 * @param lifetimes lives in any order
 * @returns one point for each time at which a life ended in death, in order; before the first, Ŝ = 1
 * @throws {RangeError} if a time is negative or not a number
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const curve = kaplanMeier([
 *   { time: 1, died: true },
 *   { time: 2, died: false },
 *   { time: 3, died: true },
 *   { time: 3, died: false },
 * ]);
 * assertEquals(curve.map((point) => point.survival), [0.75, 0.375]);
 * ```
 */
export function kaplanMeier(lifetimes: readonly Lifetime[]): readonly SurvivalPoint[] {
  for (const { time } of lifetimes) {
    if (!(time >= 0)) {
      throw new RangeError(`cannot estimate survival: 'time' must be at least 0: received ${time}`);
    }
  }
  const sorted = lifetimes.toSorted((a, b) => a.time - b.time);
  const points: SurvivalPoint[] = [];
  let survival = 1;
  let greenwood = 0;
  for (let next = 0; next < sorted.length;) {
    const time = sorted[next]!.time;
    const atRisk = sorted.length - next;
    let deaths = 0;
    for (; next < sorted.length && sorted[next]!.time === time; next++) {
      if (sorted[next]!.died) deaths++;
    }
    if (deaths === 0) continue;
    survival *= 1 - deaths / atRisk;
    greenwood += deaths / (atRisk * (atRisk - deaths));
    // Where nobody is left the sum is infinite, and the estimate is 0 without an error of its own.
    const standardError = survival === 0 ? 0 : survival * Math.sqrt(greenwood);
    points.push({ time, atRisk, deaths, survival, standardError });
  }
  return points;
}

/**
 * The median survival time: the least time at which Ŝ is at most one half.
 *
 * @param curve a curve of {@linkcode kaplanMeier}
 * @returns the time; null if the curve stays above one half (the median is not reached)
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const died = (time: number) => ({ time, died: true });
 * assertEquals(medianSurvival(kaplanMeier([died(1), died(4), died(9)])), 4);
 * assertEquals(medianSurvival(kaplanMeier([{ time: 5, died: false }])), null);
 * ```
 */
export function medianSurvival(curve: readonly SurvivalPoint[]): number | null {
  // A product that is one half on paper may be an ulp above it in floating point.
  return curve.find((point) => point.survival <= 0.5 + 1e-12)?.time ?? null;
}
