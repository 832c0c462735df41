import {
  confidenceBands,
  kaplanMeier,
  type Lifetime,
  logRank,
  medianSurvival,
} from "../../survival/mod.ts";

/** A life that was watched. */
export interface WatchedLife {
  /** Steps survived. */
  readonly steps: number;
  /** The agent's own cause of death; null where the life was cut, or ended for another's reason. */
  readonly cause: string | null;
}

/** How long lives last, and what they die of. */
export interface Survival {
  readonly lives: number;
  /** Deaths of the agents' own making. */
  readonly deaths: number;
  /** Steps lived over all lives. */
  readonly steps: number;
  /** Median steps survived; null where less than half of the lives ended in death. */
  readonly median: number | null;
  /** The median's 95 % confidence interval; null for a limit that is not reached. */
  readonly interval: { readonly lower: number | null; readonly upper: number | null };
  /** Share of lives that outlast so many steps; null where no life was watched for so long. */
  readonly outlasting: readonly { readonly steps: number; readonly share: number | null }[];
  /** Deaths by cause, the most frequent first. */
  readonly causes: readonly { readonly cause: string; readonly deaths: number }[];
}

/** Ages at which the share of those still alive is told. */
const ages = [10, 50, 100] as const;

/**
 * Survival of some lives. The median's interval holds the times at which the curve's own interval holds
 * one half (R. Brookmeyer and J. Crowley, Biometrics 38, 1982, 29–41).
 */
export function survivalOf(lives: readonly WatchedLife[]): Survival {
  const curve = kaplanMeier(lifetimes(lives));
  const bands = confidenceBands(curve);
  const longest = Math.max(0, ...lives.map(({ steps }) => steps));
  // Beyond the last life that was watched, only a curve that has come down to nothing says something.
  const shareAt = (age: number): number | null =>
    age <= longest || curve.at(-1)?.survival === 0
      ? curve.findLast(({ time }) => time <= age)?.survival ?? 1
      : null;
  const byCause = Map.groupBy(lives.filter(({ cause }) => cause !== null), ({ cause }) => cause);
  const causes = [...byCause].map(([cause, of]) => ({ cause: cause ?? "", deaths: of.length }))
    .sort((a, b) => b.deaths - a.deaths || a.cause.localeCompare(b.cause));
  return {
    lives: lives.length,
    deaths: causes.reduce((sum, { deaths }) => sum + deaths, 0),
    steps: lives.reduce((sum, { steps }) => sum + steps, 0),
    median: medianSurvival(curve),
    interval: {
      lower: bands.find(({ lower }) => lower <= 0.5)?.time ?? null,
      upper: bands.find(({ upper }) => upper <= 0.5)?.time ?? null,
    },
    outlasting: ages.map((steps) => ({
      steps,
      share: shareAt(steps),
    })),
    causes,
  };
}

/** Whether groups of lives differ in how long they last; null where there is nothing to compare. */
export function difference(
  groups: readonly (readonly WatchedLife[])[],
): ReturnType<typeof logRank> | null {
  const told = groups.filter((lives) => lives.length > 0);
  if (told.length < 2 || !told.flat().some(({ cause }) => cause !== null)) return null;
  return logRank(told.map(lifetimes));
}

function lifetimes(lives: readonly WatchedLife[]): Lifetime[] {
  return lives.map(({ steps, cause }) => ({ time: steps, died: cause !== null }));
}
