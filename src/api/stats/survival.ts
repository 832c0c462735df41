import type { LifetimeRow } from "../../store/mod.ts";
import { confidenceBands, kaplanMeier, logRank, medianSurvival } from "../../survival/mod.ts";
import { type Grouping, groupLives } from "./groups.ts";

/** One age at which lives of a group ended, by death or by censoring. */
export interface SurvivalAge {
  /** Steps survived. */
  readonly age: number;
  /** Kaplan and Meier's estimate of the chance to live longer. */
  readonly survival: number;
  /** Limits of its 95 % interval. */
  readonly low: number;
  readonly high: number;
  /** Lives still watched just before. */
  readonly atRisk: number;
  readonly deaths: number;
  readonly censored: number;
}

/** How long the lives of one group last. */
export interface SurvivalGroup {
  readonly key: string;
  readonly lives: number;
  readonly deaths: number;
  readonly censored: number;
  /** Null where the curve stays above one half. */
  readonly medianSteps: number | null;
  readonly curve: readonly SurvivalAge[];
}

/** Survival by groups, and whether they differ. */
export interface SurvivalStats {
  readonly by: Grouping;
  readonly groups: readonly SurvivalGroup[];
  readonly logRank: {
    readonly chiSquare: number;
    readonly degreesOfFreedom: number;
    readonly p: number;
  } | null;
}

/** Groups that are tested against each other at most: the test's cost grows with their square. */
const mostTested = 50;

/**
 * Kaplan–Meier curves of groups of lives, and the log-rank test between them where there are two
 * groups or more (and not very many).
 */
export function survivalStats(lives: readonly LifetimeRow[], by: Grouping): SurvivalStats {
  const groups = groupLives(lives, by).map(({ key, lives }) => ({
    key,
    lifetimes: lives.map(({ steps, cause }) => ({ time: steps, died: cause !== null })),
  }));
  const comparable = groups.length >= 2 && groups.length <= mostTested;
  const test = comparable ? logRank(groups.map(({ lifetimes }) => lifetimes)) : undefined;
  return {
    by,
    groups: groups.map(({ key, lifetimes }) => survivalGroup(key, lifetimes)),
    logRank: test === undefined || test.degreesOfFreedom === 0 ? null : {
      chiSquare: test.chiSquare,
      degreesOfFreedom: test.degreesOfFreedom,
      p: test.pValue,
    },
  };
}

interface Lifetime {
  readonly time: number;
  readonly died: boolean;
}

function survivalGroup(key: string, lifetimes: readonly Lifetime[]): SurvivalGroup {
  const estimate = kaplanMeier(lifetimes);
  const deaths = lifetimes.filter(({ died }) => died).length;
  return {
    key,
    lives: lifetimes.length,
    deaths,
    censored: lifetimes.length - deaths,
    medianSteps: medianSurvival(estimate),
    curve: curveOf(lifetimes, confidenceBands(estimate)),
  };
}

/** The estimate at each age at which a life ended; where it was only censored, the estimate before. */
function curveOf(
  lifetimes: readonly Lifetime[],
  bands: ReturnType<typeof confidenceBands>,
): SurvivalAge[] {
  const points = new Map(bands.map((band) => [band.time, band]));
  const byAge = [...Map.groupBy(lifetimes, ({ time }) => time)].sort(([a], [b]) => a - b);
  let atRisk = lifetimes.length;
  let now = { survival: 1, lower: 1, upper: 1 };
  return byAge.map(([age, ended]) => {
    now = points.get(age) ?? now;
    const deaths = ended.filter(({ died }) => died).length;
    const { survival, lower: low, upper: high } = now;
    const at = { age, survival, low, high, atRisk, deaths, censored: ended.length - deaths };
    atRisk -= ended.length;
    return at;
  });
}
