import type { Ancestry } from "./ancestry.ts";

/**
 * Lives of one agent that start alike: from the same genome with the same query, one after the other. A
 * trainer may then compare them with each other (leave-one-out).
 */
export interface LifeGroup {
  /** `agent/life`, of its first life. */
  readonly id: string;
  /** The agent's way when the first life began. */
  readonly root: Ancestry;
  /** How many of its lives have begun. */
  readonly lives: number;
}

/**
 * The group of a life that has begun: the present one, if it has a place left, else a new one.
 *
 * @param life `agent/life`
 * @param way the agent's way at this moment
 * @param size how many lives a group has
 */
export function joinGroup(
  group: LifeGroup | undefined,
  life: string,
  way: Ancestry,
  size: number,
): LifeGroup {
  return hasPlace(group, size)
    ? { ...group, lives: group.lives + 1 }
    : { id: life, root: way, lives: 1 };
}

/** Where the next life starts: where its group did, or, of a new group, where it would anyway. */
export function nextWay(group: LifeGroup | undefined, way: Ancestry, size: number): Ancestry {
  return hasPlace(group, size) ? group.root : way;
}

function hasPlace(group: LifeGroup | undefined, size: number): group is LifeGroup {
  return group !== undefined && group.lives < size;
}
