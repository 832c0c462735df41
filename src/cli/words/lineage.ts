import type { LineageView } from "../views.ts";
import { count, short } from "./forms.ts";

/**
 * Genomes as a tree: each below what it was edited from, its deaths beside it. A genome's newest
 * descendant stands straight below it and only the other branches are set in, so that a long way of
 * edits stays narrow.
 *
 * @param genomes in the order in which they came to be
 * @returns one line a genome
 */
export function lineageLines(genomes: readonly LineageView[]): readonly string[] {
  const known = new Set(genomes.map(({ hash }) => hash));
  const children = new Map<string, LineageView[]>();
  const roots: LineageView[] = [];
  for (const genome of genomes) {
    const { parent } = genome;
    // What came before the first row that was read is a root here.
    if (parent === null || !known.has(parent)) {
      roots.push(genome);
      continue;
    }
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [genome]);
    else siblings.push(genome);
  }
  const lines: string[] = [];
  // A stack of our own: a way of ten thousand edits would overflow the language's.
  const open = roots.map((genome) => ({ genome, head: "", prefix: "" })).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { genome, head, prefix } = next;
    lines.push(`${head}● ${lineOf(genome)}`);
    const below = children.get(genome.hash) ?? [];
    const newest = below.at(-1);
    if (newest !== undefined) open.push({ genome: newest, head: prefix, prefix });
    for (const branch of below.slice(0, -1).reverse()) {
      open.push({ genome: branch, head: `${prefix}├─`, prefix: `${prefix}│ ` });
    }
  }
  return lines;
}

function lineOf({ hash, life, step, deaths }: LineageView): string {
  const place = step === 0 ? `life ${life}, born with it` : `life ${life}, step ${step}`;
  return `${short(hash)}  ${place}${deaths.length === 0 ? "" : `  ✗ ${deathsOf(deaths)}`}`;
}

/** Few deaths by their numbers, many by their causes. */
function deathsOf(deaths: LineageView["deaths"]): string {
  if (deaths.length <= 3) return deaths.map(({ id, cause }) => `${cause} (death ${id})`).join(", ");
  const causes = Map.groupBy(deaths, ({ cause }) => cause);
  const counts = [...causes].sort(([, a], [, b]) => b.length - a.length)
    .map(([cause, of]) => `${of.length} ${cause}`);
  return `${count(deaths.length, "death")}: ${counts.join(", ")}`;
}
