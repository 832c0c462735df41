import { discountedReturns, meanReturn, type RewardedLife, symlog } from "./returns.ts";
import type { TrainerSettings } from "./settings.ts";

/** What the trainer knows from the updates before. */
export interface TrainerMemory {
  /** Moving average of returns; undefined before the first update. */
  readonly baseline?: number;
}

/** A life with its place among others. */
export interface GroupedLife extends RewardedLife {
  /** Lives of one group started alike; undefined: the whole batch is its group. */
  readonly group?: string | undefined;
}

/** What a batch of lives is worth. */
export interface Advantages {
  /** Of each life, of each step; undefined for a life of a group without variance. */
  readonly lives: readonly (readonly number[] | undefined)[];
  /** Share of lives whose group had no variance: they teach nothing. */
  readonly zeroShare: number;
  readonly memory: TrainerMemory;
  /** Mean return of a step after the transform. */
  readonly meanReturn: number;
}

/** Deviations below this are rounding. */
const epsilon = 1e-6;

/** How much better than usual each step of each life was. */
export function advantages(
  lives: readonly GroupedLife[],
  memory: TrainerMemory,
  settings: TrainerSettings,
): Advantages {
  const { gamma, baseline, emaDecay, rewardTransform } = settings;
  const scaled = rewardTransform === "none"
    ? lives
    : lives.map((life) => ({ ...life, rewards: life.rewards.map(symlog) }));
  const mean = meanReturn(scaled, gamma);
  const usual = memory.baseline ?? mean;
  const returns = scaled.map(({ rewards, truncated }) =>
    discountedReturns(rewards, gamma, truncated ? usual : 0)
  );
  // Leave-one-out compares whole lives, everything else their steps.
  const compared = baseline === "rloo" ? returns.map((of) => of.slice(0, 1)) : returns;
  const learns = hasVariance(scaled, compared);
  const raw = baseline === "rloo"
    ? leaveOneOut(scaled, returns)
    : minus(returns, shift(baseline, usual, returns));
  const kept = raw.filter((_, life) => learns[life]).flat();
  const divisor = baseline === "whitened" || settings.advantageNormalisation === "std"
    ? deviation(kept, baseline === "none" ? 0 : undefined) + epsilon
    : 1;
  return {
    lives: raw.map((of, life) => learns[life] ? of.map((value) => value / divisor) : undefined),
    zeroShare: learns.filter((learn) => !learn).length / Math.max(1, lives.length),
    memory: {
      baseline: memory.baseline === undefined
        ? mean
        : emaDecay * memory.baseline + (1 - emaDecay) * mean,
    },
    meanReturn: mean,
  };
}

function shift(
  baseline: Exclude<TrainerSettings["baseline"], "rloo">,
  usual: number,
  returns: readonly (readonly number[])[],
): number {
  switch (baseline) {
    case "ema":
      return usual;
    case "whitened":
      return average(returns.flat());
    case "none":
      return 0;
    default:
      return baseline satisfies never;
  }
}

/** R_i − mean of the others' R, for every step of life i; R is the return of the first step. */
function leaveOneOut(
  lives: readonly GroupedLife[],
  returns: readonly (readonly number[])[],
): number[][] {
  return lives.map(({ group, rewards }, life) => {
    const others = returns.filter((_, other) => other !== life && lives[other]?.group === group);
    const own = returns[life]?.[0] ?? 0;
    const usual = others.length === 0 ? own : average(others.map((of) => of[0] ?? 0));
    return rewards.map(() => own - usual);
  });
}

/** Whether what is compared differs within a life's group: if not, there is nothing to learn. */
function hasVariance(
  lives: readonly GroupedLife[],
  compared: readonly (readonly number[])[],
): boolean[] {
  const spread = new Map<string | undefined, { low: number; high: number }>();
  lives.forEach(({ group }, life) => {
    for (const value of compared[life] ?? []) {
      const { low, high } = spread.get(group) ?? { low: value, high: value };
      spread.set(group, { low: Math.min(low, value), high: Math.max(high, value) });
    }
  });
  return lives.map(({ group }) => {
    const { low, high } = spread.get(group) ?? { low: 0, high: 0 };
    return high - low > epsilon;
  });
}

function minus(returns: readonly (readonly number[])[], shift: number): number[][] {
  return returns.map((of) => of.map((value) => value - shift));
}

function average(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Root of the mean square around `centre`, the mean if not given. */
function deviation(values: readonly number[], centre = average(values)): number {
  return Math.sqrt(average(values.map((value) => (value - centre) ** 2)));
}
