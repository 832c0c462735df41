import type { Episode } from "../../core/episode.ts";
import { VivariumError } from "../../core/errors.ts";

/**
 * Refuses an episode whose tokens are not the policy's.
 *
 * @param vocabSize ids are below it
 * @throws {VivariumError} `bad-request`
 */
export function checkEpisode(episode: Episode, vocabSize: number): void {
  const fail = (why: string): never => {
    throw new VivariumError("bad-request", `cannot take the episode '${episode.id}': ${why}`);
  };
  for (const { completions } of episode.steps) {
    for (const { promptIds, ids, logps } of completions) {
      if (ids.length !== logps.length) {
        fail(`'logps' must be as many as 'ids' (${ids.length}): received ${logps.length}`);
      }
      const strange = [...promptIds, ...ids].find((id) => id >= vocabSize);
      if (strange !== undefined) fail(`ids must be below ${vocabSize}: received ${strange}`);
    }
  }
}
