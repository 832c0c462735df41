import { VivariumError } from "../core/errors.ts";
import type { GenomeHash } from "../core/ids.ts";
import type { Cause } from "../death/mod.ts";

/** A genome that an agent has lived with, and the query that went with it. */
export interface Ancestor {
  readonly genome: GenomeHash;
  readonly query: string;
}

/** A genome on an agent's way. */
export interface Taken extends Ancestor {
  /** What {@linkcode Ancestry.steps} was when the agent took it on. */
  readonly at: number;
}

/**
 * The way an agent came from its first genome to its present one: what a resurrection may go back to.
 * Going back takes steps off the end; a life adds to it. It is the agent's own way (the store's tree is
 * shared: two agents may come to one genome by different edits).
 */
export interface Ancestry {
  /** From the first genome with the first query, which is never changed or dropped, to the present. */
  readonly path: readonly [Taken, ...Taken[]];
  /** Where on the path the present life began. */
  readonly born: number;
  /** Steps lived on this way. */
  readonly steps: number;
}

/**
 * What a life starts from after a death: `last`, the last genome that lived; `first`, the first; the last
 * one with which so many steps were lived (`lastGood`); so many edits before the last one (`ancestor`); what
 * a rule of the host says, by its name (`rule`).
 */
export type Resurrection =
  | "last"
  | "first"
  | { readonly lastGood: number }
  | { readonly ancestor: number }
  | { readonly rule: string };

/** A genome that a life may start from, as a {@linkcode ResurrectionRule} sees it. */
export interface Candidate {
  /** Its hash: 64 hexadecimal digits. */
  readonly genome: string;
  /** The query that the life would begin with. */
  readonly query: string;
  /** Steps lived since the agent took it on: with it, or with what came of it. */
  readonly lived: number;
}

/**
 * A rule of the host: what a life starts from after a death of the agent's own making.
 *
 * @param way from the first genome to the last one that the life may start from, both included; a genome that
 * killed at once, or did not live through its probation, is not among them
 * @param cause what it died of
 * @returns a place on the way; one beyond its ends is the nearest end
 *
 * @example Back to what has lived for ten steps, and to the first after harm
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import type { ResurrectionRule } from "../../mod.ts";
 *
 * const cautious: ResurrectionRule = (way, cause) =>
 *   cause === "harm" ? 0 : way.findLastIndex(({ lived }) => lived >= 10);
 *
 * const way = [40, 12, 3].map((lived) => ({ genome: "its hash", query: "", lived }));
 * assertEquals(cautious(way, "exception"), 1);
 * assertEquals(cautious(way, "harm"), 0);
 * ```
 */
export type ResurrectionRule = (way: readonly Candidate[], cause: Cause) => number;

/** How much of the way is remembered; beyond it the oldest but the first is forgotten. */
const maxPath = 64;

/** The way of an agent that has not lived. */
export function beginAncestry(first: Ancestor): Ancestry {
  return { path: [{ ...first, at: 0 }], born: 0, steps: 0 };
}

/**
 * The way of an agent read back from the ledger. That a genome's steps count for those it came from is not
 * kept: each is as old as the steps lived with it alone.
 *
 * @param first the first genome and query
 * @param lineage its distinct committed genomes, newest first
 * @param present what it goes on from; what is newer than this was gone back from
 * @param lived how many steps the agent has lived, in all its lives, that left it with a genome
 */
export function recallAncestry(
  first: Ancestor,
  lineage: readonly Ancestor[],
  present: Ancestor,
  lived: (genome: GenomeHash) => number = () => 0,
): Ancestry {
  const place = lineage.findIndex(({ genome }) => genome === present.genome);
  const older = place < 0 ? [] : lineage.slice(place + 1, place + maxPath - 1).reverse();
  const taken = (ancestor: Ancestor): Taken => ({ ...ancestor, at: -lived(ancestor.genome) });
  const path: [Taken, ...Taken[]] = [taken(first), ...older.map(taken)];
  if (present.genome !== first.genome || present.query !== first.query) path.push(taken(present));
  return { path, born: path.length - 1, steps: 0 };
}

/** What a life would start from now. */
export function presentOf(ancestry: Ancestry): Taken {
  return ancestry.path.at(-1) ?? ancestry.path[0];
}

/** A step was lived, and this is what came of it. */
export function afterStep(ancestry: Ancestry, now: Ancestor): Ancestry {
  const { path, born } = ancestry;
  const [first, ...rest] = path;
  const steps = ancestry.steps + 1;
  const last = rest.at(-1);
  if (last?.genome === now.genome) {
    return { path: [first, ...rest.slice(0, -1), { ...now, at: last.at }], born, steps };
  }
  const taken = { ...now, at: steps };
  if (path.length < maxPath) return { path: [...path, taken], born, steps };
  return { path: [first, ...rest.slice(1), taken], born: Math.max(0, born - 1), steps };
}

/**
 * Where on the way the last genome is that has stood its probation: so many steps lived since the agent took
 * it on, with it or with what came of it. The first needs none.
 */
export function trustedPlace({ path, steps }: Ancestry, probation: number): number {
  return Math.max(0, path.findLastIndex(({ at }) => steps - at >= probation));
}

/** How a resurrection chooses. */
export interface Choice {
  /**
   * What the supervisor decided: from the `last` genome; the last `trusted` one; one `further` back than that
   * life's own; the `first`. It stands above the rule.
   */
  readonly from: "last" | "trusted" | "further" | "first";
  /** The agent's own. @default "last" */
  readonly rule?: Resurrection;
  /** Steps that a new genome is on probation. @default 0 */
  readonly probation?: number;
  /** How many steps the agent has lived, in all its lives, that left it with a genome. */
  lived?(genome: GenomeHash): number;
  /** Rules of the host, and what they are told of the death. */
  readonly rules?: Readonly<Record<string, ResurrectionRule>>;
  readonly cause?: Cause;
}

/**
 * Where the next life starts after a death: by the rule, and where the life was born from a genome that
 * had its second chance (`further`), one before that at least, ending at the first.
 *
 * @param ancestry the way until now
 * @param choice what was decided, and the rules
 */
export function resurrect(ancestry: Ancestry, choice: Choice): Ancestry {
  const [first, ...rest] = ancestry.path;
  const bound = boundOf(ancestry, choice);
  const place = Math.max(0, Math.min(bound, placeBy(ancestry, bound, choice)));
  return { ...ancestry, path: [first, ...rest.slice(0, place)], born: place };
}

/** The last place on the way that the next life may start from. */
function boundOf(ancestry: Ancestry, { from, probation = 0 }: Choice): number {
  switch (from) {
    case "last":
      return ancestry.path.length - 1;
    case "trusted":
      return trustedPlace(ancestry, probation);
    case "further":
      return Math.min(ancestry.born - 1, trustedPlace(ancestry, probation));
    case "first":
      return 0;
  }
}

/** Where on the way a rule goes back to, at the bound or before it. */
function placeBy({ path, steps }: Ancestry, bound: number, choice: Choice): number {
  const { rule = "last", lived = () => 0, rules = {}, cause } = choice;
  if (rule === "last") return bound;
  if (rule === "first") return 0;
  if ("ancestor" in rule) return path.length - 1 - rule.ancestor;
  if ("lastGood" in rule) {
    return path.findLastIndex(({ genome }, place) =>
      place <= bound && lived(genome) >= rule.lastGood
    );
  }
  if (cause === undefined) return bound;
  const way = path.slice(0, Math.max(0, bound) + 1)
    .map(({ genome, query, at }) => ({ genome, query, lived: steps - at }));
  const place = Math.trunc(rules[rule.rule]?.(way, cause) ?? bound);
  return Number.isNaN(place) ? bound : place;
}

/** @throws {VivariumError} `bad-request` for a spec that names a rule that the house has not */
export function refuseUnknownRule(
  { name, resurrection }: { readonly name: string; readonly resurrection: Resurrection },
  rules: Readonly<Record<string, ResurrectionRule>>,
): void {
  if (typeof resurrection === "string" || !("rule" in resurrection)) return;
  if (Object.hasOwn(rules, resurrection.rule)) return;
  const must = "must name a rule of this house";
  throw new VivariumError(
    "bad-request",
    `cannot spawn '${name}': 'resurrection.rule' ${must}: received '${resurrection.rule}'`,
    { hint: `it has ${Object.keys(rules).join(", ") || "none"}` },
  );
}
