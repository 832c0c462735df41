import type { GenomeHash } from "../core/ids.ts";

/** A genome that an agent has lived with, and the query that went with it. */
export interface Ancestor {
  readonly genome: GenomeHash;
  readonly query: string;
}

/**
 * The way an agent came from its first genome to its present one: what a resurrection may go back to.
 * Going back takes steps off the end; a life adds to it. It is the agent's own way (the store's tree is
 * shared: two agents may come to one genome by different edits).
 */
export interface Ancestry {
  /** From the first genome with the first query, which is never changed or dropped, to the present. */
  readonly path: readonly [Ancestor, ...Ancestor[]];
  /** Where on the path the present life began. */
  readonly born: number;
}

/**
 * What a life starts from after a death: `last`, the last genome that lived; `first`, the first; the last
 * one with which so many steps were lived (`lastGood`); so many edits before the last one (`ancestor`).
 */
export type Resurrection =
  | "last"
  | "first"
  | { readonly lastGood: number }
  | { readonly ancestor: number };

/** How much of the way is remembered; beyond it the oldest but the first is forgotten. */
const maxPath = 64;

/** The way of an agent that has not lived. */
export function beginAncestry(first: Ancestor): Ancestry {
  return { path: [first], born: 0 };
}

/**
 * The way of an agent read back from the ledger.
 *
 * @param first the first genome and query
 * @param lineage its distinct committed genomes, newest first
 * @param present what it goes on from; what is newer than this was gone back from
 */
export function recallAncestry(
  first: Ancestor,
  lineage: readonly Ancestor[],
  present: Ancestor,
): Ancestry {
  const place = lineage.findIndex(({ genome }) => genome === present.genome);
  const older = place < 0 ? [] : lineage.slice(place + 1, place + maxPath - 1).reverse();
  const path: [Ancestor, ...Ancestor[]] = [first, ...older];
  if (present.genome !== first.genome || present.query !== first.query) path.push(present);
  return { path, born: path.length - 1 };
}

/** What a life would start from now. */
export function presentOf(ancestry: Ancestry): Ancestor {
  return ancestry.path.at(-1) ?? ancestry.path[0];
}

/** A step was lived, and this is what came of it. */
export function afterStep(ancestry: Ancestry, now: Ancestor): Ancestry {
  const { path, born } = ancestry;
  const [first, ...rest] = path;
  if (rest.at(-1)?.genome === now.genome) {
    return { path: [first, ...rest.slice(0, -1), now], born };
  }
  if (path.length < maxPath) return { path: [...path, now], born };
  return { path: [first, ...rest.slice(1), now], born: Math.max(0, born - 1) };
}

/**
 * Where the next life starts after a death: by the rule, and where the life was born from a genome that
 * had its second chance (`further`), one before that at least, ending at the first.
 *
 * @param ancestry the way until now
 * @param from what the supervisor decided; `first` stands above the rule
 * @param rule the agent's own
 * @param lived how many steps the agent has lived, in all its lives, that left it with a genome
 */
export function resurrect(
  ancestry: Ancestry,
  from: "last" | "further" | "first",
  rule: Resurrection = "last",
  lived: (genome: GenomeHash) => number = () => 0,
): Ancestry {
  const [first, ...rest] = ancestry.path;
  const bound = from === "last" ? rest.length : from === "first" ? 0 : ancestry.born - 1;
  const place = Math.max(0, Math.min(bound, placeBy(rule, ancestry.path, bound, lived)));
  return { path: [first, ...rest.slice(0, place)], born: place };
}

/** Where on the way a rule goes back to, at the bound or before it. */
function placeBy(
  rule: Resurrection,
  path: Ancestry["path"],
  bound: number,
  lived: (genome: GenomeHash) => number,
): number {
  if (rule === "last") return bound;
  if (rule === "first") return 0;
  if ("ancestor" in rule) return path.length - 1 - rule.ancestor;
  return path.findLastIndex(({ genome }, place) =>
    place <= bound && lived(genome) >= rule.lastGood
  );
}
