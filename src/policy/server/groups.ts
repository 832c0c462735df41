import type { Episode } from "../../core/episode.ts";

/**
 * Those of some waiting episodes that an update may take, the oldest group first. A group is whole when
 * all its lives are there; or when its agent has gone on to another, since what is missing then (a
 * life that infrastructure ended) never comes. A life without a group waits for nobody.
 *
 * @param waiting in the order in which they came
 * @param size lives of a group
 */
export function inWholeGroups(waiting: readonly Episode[], size: number): readonly Episode[] {
  const groups = new Map<string, Episode[]>();
  const latest = new Map<string, string>();
  for (const episode of waiting) {
    const { agent, id, group = id } = episode;
    groups.set(group, [...groups.get(group) ?? [], episode]);
    latest.set(agent, group);
  }
  return [...groups].flatMap(([name, lives]) => {
    const alone = lives.every(({ group }) => group === undefined);
    const left = lives.every(({ agent }) => latest.get(agent) !== name);
    return alone || left || lives.length >= size ? lives : [];
  });
}
