/** How a figure moves with time. */
export interface Slope {
  /** Change in one unit of time. */
  readonly slope: number;
  /** Half the width of its 95 % interval. */
  readonly plusMinus: number;
}

/**
 * The straight line through points by least squares, with Student's interval of its slope.
 *
 * @param times when, at least three of them, not all the same
 * @param values what was measured
 * @throws {RangeError} where a line cannot be drawn
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * const { slope, plusMinus } = slopeOf([0, 1, 2, 3], [1, 3, 5, 7]);
 * assertAlmostEquals(slope, 2);
 * assertAlmostEquals(plusMinus, 0);
 * ```
 */
export function slopeOf(times: readonly number[], values: readonly number[]): Slope {
  const n = times.length;
  if (n < 3 || values.length !== n) {
    throw new RangeError(`cannot draw a line: needs 3 points or more: received ${n}`);
  }
  const [t, v] = [mean(times), mean(values)];
  const spread = sum(times.map((time) => (time - t) ** 2));
  if (spread === 0) throw new RangeError("cannot draw a line: all times are the same");
  const slope = sum(times.map((time, at) => (time - t) * ((values[at] ?? v) - v))) / spread;
  const errors = times.map((time, at) => (values[at] ?? v) - v - slope * (time - t));
  const variance = sum(errors.map((error) => error ** 2)) / (n - 2);
  return { slope, plusMinus: studentBound(n - 2) * Math.sqrt(variance / spread) };
}

/**
 * The 97.5 % point of Student's t, by Cornish and Fisher's expansion (Abramowitz and Stegun, Handbook of
 * Mathematical Functions, 1964, 26.7.5); within 1 % from four degrees of freedom on.
 */
function studentBound(degrees: number): number {
  const z = 1.959964;
  return z + (z ** 3 + z) / (4 * degrees) +
    (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2) +
    (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / (384 * degrees ** 3);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
