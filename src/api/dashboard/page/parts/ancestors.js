import { get } from "../api.js";
import { useData } from "../data.js";

/** Ancestors that can be chosen at most. */
const most = 200;

/**
 * From parent to parent within an agent's own tree, nearest first.
 *
 * @returns {{ hash: string, life: number, step: number }[] | undefined} undefined while it is read
 */
export function useAncestors(agent, hash) {
  const { data } = useData(
    (signal) => get(`/v1/agents/${encodeURIComponent(agent)}/lineage?limit=10000`, signal),
    [agent, hash],
  );
  return data === undefined ? undefined : lineOf(data.items, hash);
}

/** The line of descent to a genome; its own item is not in it. */
export function lineOf(items, hash) {
  const known = new Map(items.map((item) => [item.hash, item]));
  const line = [];
  let item = known.get(known.get(hash)?.parent);
  while (item !== undefined && line.length < most && !line.includes(item)) {
    line.push(item);
    item = known.get(item.parent);
  }
  return line;
}

/** An ancestor by where it first stood. */
export function ancestorWords({ hash, life, step }) {
  const where = step > 0 ? `life ${life}, step ${step}` : `birth of life ${life}`;
  return `${where} (${hash.slice(0, 8)})`;
}
