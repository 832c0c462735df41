import { median } from "./median.ts";
import type { Contender, Figure } from "./ours.ts";

/**
 * Measures contenders in turns, A B C A B C, so that what else the machine does falls on all of them.
 *
 * @returns the figures of each, one a round
 */
export async function interleave<Name extends string>(
  contenders: Readonly<Record<Name, Contender>>,
  rounds: number,
): Promise<Record<Name, Figure[]>> {
  const named = Object.entries<Contender>(contenders);
  const figures = new Map(named.map(([name]) => [name, [] as Figure[]]));
  try {
    for (let round = 0; round < rounds; round++) {
      for (const [name, contender] of named) figures.get(name)?.push(await contender.measure());
    }
  } finally {
    for (const [, contender] of named) await contender.close();
  }
  return Object.fromEntries(figures) as Record<Name, Figure[]>;
}

/** The median over rounds of a/b: a slow round slows both, so it is steadier than a ratio of medians. */
export function medianRatio(a: readonly number[], b: readonly number[]): number {
  return median(a.map((value, round) => value / (b[round] ?? NaN)));
}

/** The series with the greatest median. */
export function fastest(series: readonly (readonly number[])[]): readonly number[] {
  return series.reduce((best, one) => median(one) > median(best) ? one : best, series[0] ?? []);
}
