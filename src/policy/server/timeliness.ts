import type { Episode } from "../../core/episode.ts";

/**
 * Batches of episodes that may wait. REINFORCE learns from what the present policy does: lives that come
 * faster than they can be learnt from would be learnt from ever later, by a policy that has long been another.
 */
const mostWaiting = 4;

/** Whether an episode that comes now would wait too long. */
export function isCrowded(waiting: number, batchEpisodes: number): boolean {
  return waiting >= mostWaiting * batchEpisodes;
}

/**
 * How far from the version that learns from them episodes were written: before it, or, where a rollback came
 * between, after it.
 *
 * @returns versions, the mean over completions; 0 where each was written by that version itself
 */
export function stalenessOf(episodes: readonly Episode[], version: number): number {
  const away = episodes.flatMap(({ steps }) =>
    steps.flatMap(({ completions }) =>
      completions.map((trace) => Math.abs(version - trace.version))
    )
  );
  return away.reduce((sum, each) => sum + each, 0) / Math.max(1, away.length);
}
