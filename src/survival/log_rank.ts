import { chiSquareTail } from "./chi_square.ts";
import type { Lifetime } from "./kaplan_meier.ts";
import { timeline } from "./timeline.ts";

/** What a log-rank test found. */
export interface LogRank {
  readonly chiSquare: number;
  /** Groups that were ever at risk of a death, less one. */
  readonly degreesOfFreedom: number;
  /** The chance of a statistic at least so large if all groups live alike. */
  readonly pValue: number;
  /** In the order of the groups given. */
  readonly groups: readonly {
    /** Deaths seen. */
    readonly observed: number;
    /** Deaths that the group would have if all lived alike. */
    readonly expected: number;
  }[];
}

/**
 * The log-rank test of k groups: do their lives last equally long?
 *
 * At each time of death, d of all n at risk die, and nⱼ of them are of group j; if all live alike, its
 * deaths are multivariate hypergeometric with mean d·nⱼ/n and covariance d (n − d)/(n − 1) · nᵢ/n · (δᵢⱼ −
 * nⱼ/n). The statistic is (O − E)ᵀ V⁻¹ (O − E) over k − 1 of the groups, chi-square with k − 1 degrees of
 * freedom for large groups. (N. Mantel, Cancer Chemother. Rep. 50, 1966, 163–170; R. Peto and J. Peto, J. Roy.
 * Statist. Soc. A 135, 1972, 185–207; k groups: Kalbfleisch and Prentice 1980, sec. 1.4.)
 *
 * @param groups lives of each group, in any order; a group never at risk of a death is not tested
 * @throws {RangeError} if a time is negative or not a number
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * const died = (...times: number[]) => times.map((time) => ({ time, died: true }));
 * // Of those at risk, the first group has a half at time 1 and a third at time 2: O = 2, E = 1/2 +
 * // 1/3, V = 1/4 + 2/9.
 * const { chiSquare } = logRank([died(1, 2), died(3, 4)]);
 * assertAlmostEquals(chiSquare, (2 - 5 / 6) ** 2 / (17 / 36), 1e-12);
 * ```
 */
export function logRank(groups: readonly (readonly Lifetime[])[]): LogRank {
  const lives = groups.flatMap((group, index) => group.map((life) => ({ ...life, index })));
  const count = groups.length;
  const atRisk = groups.map(({ length }) => length);
  const observed = new Array<number>(count).fill(0);
  const expected = new Array<number>(count).fill(0);
  const covariance = groups.map(() => new Array<number>(count).fill(0));
  for (const { atRisk: n, ended } of timeline(lives)) {
    const deaths = ended.filter(({ died }) => died);
    const d = deaths.length;
    for (const { index } of deaths) observed[index]! += 1;
    // The last life of all can only die in its own group: no variance.
    const spread = n > 1 ? d * (n - d) / (n - 1) : 0;
    for (let i = 0; i < count; i++) {
      const share = atRisk[i]! / n;
      expected[i]! += d * share;
      for (let j = 0; j < count; j++) {
        covariance[i]![j]! += spread * share * ((i === j ? 1 : 0) - atRisk[j]! / n);
      }
    }
    for (const { index } of ended) atRisk[index]! -= 1;
  }
  const tested = groups.keys().filter((index) => expected[index]! > 0).toArray();
  const free = tested.slice(1);
  const chiSquare = quadraticForm(
    free.map((i) => free.map((j) => covariance[i]![j]!)),
    free.map((i) => observed[i]! - expected[i]!),
  );
  return {
    chiSquare,
    degreesOfFreedom: free.length,
    pValue: free.length === 0 ? 1 : chiSquareTail(chiSquare, free.length),
    groups: groups.map((_, i) => ({ observed: observed[i]!, expected: expected[i]! })),
  };
}

/**
 * xᵀ A⁻¹ x by Cholesky's factor, for a covariance A. A direction without variance, as when all die at
 * one time, has x = 0 and adds nothing.
 */
function quadraticForm(matrix: readonly (readonly number[])[], x: readonly number[]): number {
  const factor: number[][] = [];
  const solved: number[] = [];
  const largest = Math.max(0, ...matrix.map((row, i) => row[i]!));
  matrix.forEach((row, i) => {
    const dot = (a: readonly number[], b: readonly number[], to: number): number =>
      a.slice(0, to).reduce((sum, value, at) => sum + value * b[at]!, 0);
    const left: number[] = [];
    for (let j = 0; j < i; j++) {
      const pivot = factor[j]![j]!;
      left.push(pivot === 0 ? 0 : (row[j]! - dot(left, factor[j]!, j)) / pivot);
    }
    const rest = row[i]! - dot(left, left, i);
    const pivot = rest > 1e-12 * largest ? Math.sqrt(rest) : 0;
    solved.push(pivot === 0 ? 0 : (x[i]! - dot(left, solved, i)) / pivot);
    factor.push([...left, pivot]);
  });
  return solved.reduce((sum, value) => sum + value * value, 0);
}
