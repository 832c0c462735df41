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

/** What a policy came to. */
export function summarise({ lives, uniqueRate }: ArmRecord, horizon: number): ArmSummary {
  const curve = curveOf(lives);
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
      curve.find(({ upper }) => upper <= 0.5)?.time ?? null,
    ],
    restrictedMean: areaUnder(curve, horizon),
    harmPerThousand: 1000 * harm / Math.max(1, steps + deaths),
    editsPerLife: perLife(({ edits }) => edits),
    valuePerLife: perLife(({ value }) => value),
    rewardPerLife: perLife(({ reward }) => reward),
    uniqueRate,
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
