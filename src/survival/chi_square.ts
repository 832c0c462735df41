/**
 * The upper tail of the chi-square distribution: the chance that a sum of k squared standard normal
 * numbers exceeds x. Small tails keep their digits, since they are not taken as one minus something.
 *
 * It is the regularised incomplete gamma function Q(k/2, x/2): by the series of γ below the mode
 * (NIST DLMF 8.7.1), by the continued fraction of Γ above it (DLMF 8.9.2, evaluated forward as by
 * Lentz, Appl. Opt. 15, 1976).
 *
 * @param x at least 0
 * @param degreesOfFreedom k, a whole number of at least 1
 * @returns a chance in [0, 1]
 * @throws {RangeError} if an argument is out of range
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(chiSquareTail(3.841458820694124, 1), 0.05, 1e-12);
 * assertAlmostEquals(chiSquareTail(7, 2), Math.exp(-3.5), 1e-12);
 * ```
 */
export function chiSquareTail(x: number, degreesOfFreedom: number): number {
  if (!(x >= 0)) {
    throw new RangeError(`cannot take the tail: 'x' must be at least 0: received ${x}`);
  }
  if (!Number.isInteger(degreesOfFreedom) || degreesOfFreedom < 1) {
    throw new RangeError(
      `cannot take the tail: 'degreesOfFreedom' must be a whole number of at least 1: received ${degreesOfFreedom}`,
    );
  }
  const [a, half] = [degreesOfFreedom / 2, x / 2];
  if (half === 0) return 1;
  if (half === Infinity) return 0;
  const scale = Math.exp(a * Math.log(half) - half - logGammaOfHalf(degreesOfFreedom));
  return half < a + 1 ? 1 - scale * lowerSeries(a, half) : scale * upperFraction(a, half);
}

/**
 * The two-sided normal quantile: the z for which a standard normal number lies within ±z with a given
 * chance; 1.96 for 0.95.
 *
 * @param level strictly between 0 and 1
 * @throws {RangeError} if it is not
 */
export function normalBound(level: number): number {
  if (!(level > 0 && level < 1)) {
    throw new RangeError(
      `cannot take the bound: 'level' must be strictly between 0 and 1: received ${level}`,
    );
  }
  // P(|Z| > z) = P(chi-square of one degree > z²); halving [0, 40] until it no longer halves.
  let [low, high] = [0, 40];
  for (;;) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) return middle;
    if (chiSquareTail(middle * middle, 1) > 1 - level) low = middle;
    else high = middle;
  }
}

/** log Γ(k/2), by Γ(z + 1) = z Γ(z) from Γ(1/2) = √π or Γ(1) = 1. */
function logGammaOfHalf(k: number): number {
  let sum = k % 2 === 0 ? 0 : Math.log(Math.PI) / 2;
  for (let z = k / 2 - 1; z > 0; z--) sum += Math.log(z);
  return sum;
}

/** Σ xⁿ / (a (a + 1) ⋯ (a + n)). */
function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = 1; term > sum * Number.EPSILON; n++) {
    term *= x / (a + n);
    sum += term;
  }
  return sum;
}

/** 1 / (x + 1 − a − 1(1 − a) / (x + 3 − a − 2(2 − a) / (x + 5 − a − ⋯))). */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = Infinity;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < 10_000; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / (b + numerator * d);
    c = b + numerator / c;
    const factor = c * d;
    fraction *= factor;
    if (Math.abs(factor - 1) <= 2 * Number.EPSILON) break;
  }
  return fraction;
}
