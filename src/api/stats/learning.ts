import type { PolicyVersion } from "../../core/episode.ts";
import type { LifetimeRow } from "../../store/mod.ts";

/** What became of the lives that a version of the policy began. */
export interface VersionStats {
  readonly version: number;
  /** When it was published; null where that is not known. */
  readonly at: number | null;
  /** Training metrics, as stored. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly lives: number;
  readonly deaths: number;
  readonly steps: number;
  /** Steps survived by a life, censored ones included; null without lives. */
  readonly meanAge: number | null;
  /** Deaths by `harm` for each 1000 steps lived; null without steps. */
  readonly harmPer1000Steps: number | null;
}

/** The learning curve: every version, oldest first. */
export function learningStats(
  versions: readonly PolicyVersion[],
  lives: readonly LifetimeRow[],
): VersionStats[] {
  const known = new Map(versions.map((version) => [version.version, version]));
  const lived = Map.groupBy(lives, ({ policyVersion }) => policyVersion);
  const numbers = new Set([...known.keys(), ...[...lived.keys()].filter((key) => key !== null)]);
  return [...numbers].sort((a, b) => a - b).map((version) => {
    const { createdAtMs = null, metrics = {} } = known.get(version) ?? {};
    const own = lived.get(version) ?? [];
    const steps = own.reduce((sum, life) => sum + life.steps, 0);
    const harms = own.filter(({ cause }) => cause === "harm").length;
    return {
      version,
      at: createdAtMs,
      metrics,
      lives: own.length,
      deaths: own.filter(({ cause }) => cause !== null).length,
      steps,
      meanAge: own.length === 0 ? null : steps / own.length,
      harmPer1000Steps: steps === 0 ? null : harms * 1000 / steps,
    };
  });
}
