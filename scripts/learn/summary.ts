import {
  confidenceBands,
  kaplanMeier,
  type Lifetime,
  logRank,
  medianSurvival,
  type SurvivalBand,
} from "../../src/survival/mod.ts";
import type { ArmRecord, LifeRecord } from "./record.ts";

/** A policy's figures in the test. */
export interface ArmSummary {
  readonly lives: number;
  readonly deaths: number;
  readonly steps: number;
  /** Median of the steps survived; null: more than half lived to the horizon. */
  readonly median: number | null;
  /** 95 % interval of the median (Brookmeyer and Crowley 1982), by log-log bands; null: not reached. */
  readonly medianInterval: readonly [number | null, number | null];
  /** Mean of the steps survived, up to the horizon: the area under the survival curve. */
  readonly restrictedMean: number;
  /** Deaths by harm per 1,000 steps, lethal ones included. */
  readonly harmPerThousand: number;
  readonly editsPerLife: number;
  readonly valuePerLife: number;
  readonly rewardPerLife: number;
  /** Distinct responses among so many (`rarefiedTo`) of the test, expected. */
  readonly uniqueRate: number;
  /** Mean over lives of at least ten responses of the share of distinct ones in the life. */
  readonly uniqueWithinLife: number | null;
}

/** The lives as lifetimes: cut ones are censored. */
export function lifetimes(lives: readonly LifeRecord[]): Lifetime[] {
  return lives.map(({ steps, cause }) => ({ time: steps, died: cause !== null }));
}

/** The survival curve of lives, with its bands. */
export function curveOf(lives: readonly LifeRecord[]): readonly SurvivalBand[] {
  return confidenceBands(kaplanMeier(lifetimes(lives)));
}

/** How many responses are compared for how many of them are distinct: the share falls as they grow. */
export const rarefiedTo = 300;

/**
 * The share of distinct texts to be expected among `size` of them, drawn without putting back:
 * E = Σ (1 − C(N − Nᵢ, n) / C(N, n)), rarefaction (S. H. Hurlbert, Ecology 52, 1971, 577–586). It compares
 * policies that have written unlike numbers of responses.
 *
 * @param multiplicities [how often the same text came, how many texts came so often]
 * @param size n; where fewer texts came, all of them are taken
 */
export function uniqueRateOf(
  multiplicities: ArmRecord["multiplicities"],
  size = rarefiedTo,
): number {
  const all = multiplicities.reduce((sum, [times, texts]) => sum + times * texts, 0);
  const drawn = Math.min(size, all);
  if (drawn === 0) return 0;
  let distinct = 0;
  for (const [times, texts] of multiplicities) {
    // C(N − Nᵢ, n) / C(N, n), factor by factor.
    let absent = 1;
    for (let k = 0; k < times && absent > 0; k++) {
      absent *= Math.max(0, all - drawn - k) / (all - k);
    }
    distinct += texts * (1 - absent);
  }
  return distinct / drawn;
}

/** What a policy came to. */
export function summarise({ lives, multiplicities }: ArmRecord, horizon: number): ArmSummary {
  const curve = curveOf(lives);
  // Where nobody is left there is no variance, and no life has lasted longer.
  const end = curve.at(-1)?.survival === 0 ? curve.at(-1)?.time : undefined;
  const sum = (of: (life: LifeRecord) => number): number =>
    lives.reduce((total, life) => total + of(life), 0);
  const deaths = lives.filter(({ cause }) => cause !== null).length;
  const steps = sum((life) => life.steps);
  const harm = lives.filter(({ cause }) => cause === "harm").length;
  const long = lives.filter(({ responses }) => responses >= 10);
  const perLife = (of: (life: LifeRecord) => number): number => sum(of) / Math.max(1, lives.length);
  return {
    lives: lives.length,
    deaths,
    steps,
    median: medianSurvival(curve),
    medianInterval: [
      curve.find(({ lower }) => lower <= 0.5)?.time ?? null,
      curve.find(({ upper }) => upper <= 0.5)?.time ?? end ?? null,
    ],
    restrictedMean: areaUnder(curve, horizon),
    harmPerThousand: 1000 * harm / Math.max(1, steps + deaths),
    editsPerLife: perLife(({ edits }) => edits),
    valuePerLife: perLife(({ value }) => value),
    rewardPerLife: perLife(({ reward }) => reward),
    uniqueRate: uniqueRateOf(multiplicities),
    uniqueWithinLife: long.length === 0
      ? null
      : long.reduce((total, life) => total + life.distinct / life.responses, 0) / long.length,
  };
}

/** The p-value of the log-rank test between two policies' lives. */
export function pValue(a: ArmRecord, b: ArmRecord): number {
  return logRank([lifetimes(a.lives), lifetimes(b.lives)]).pValue;
}

function areaUnder(curve: readonly { time: number; survival: number }[], end: number): number {
  let area = 0;
  let [from, survival] = [0, 1];
  for (const point of curve) {
    if (point.time >= end) break;
    area += survival * (point.time - from);
    [from, survival] = [point.time, point.survival];
  }
  return area + survival * (end - from);
}
