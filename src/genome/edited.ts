import { canonicalJson, type Json } from "../core/json.ts";
import type { Genome } from "./genome.ts";

/**
 * The names that differ between two genomes: methods and attributes by name, and `state`.
 *
 * @param before the older genome
 * @param after the newer one
 * @returns names, sorted, each once
 */
export function editedNames(before: Genome, after: Genome): string[] {
  const edited = new Set<string>();
  const compare = <T>(
    a: Readonly<Record<string, T>>,
    b: Readonly<Record<string, T>>,
    text: (value: T) => string,
  ) => {
    for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
      const left = Object.hasOwn(a, name) ? text(a[name]!) : undefined;
      const right = Object.hasOwn(b, name) ? text(b[name]!) : undefined;
      if (left !== right) edited.add(name);
    }
  };
  compare(before.methods, after.methods, (source) => source);
  compare<Json>(before.attributes, after.attributes, canonicalJson);
  if (canonicalJson(before.state) !== canonicalJson(after.state)) edited.add("state");
  return [...edited].sort();
}
