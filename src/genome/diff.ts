import { createTwoFilesPatch } from "diff";
import { editedNames } from "./edited.ts";
import type { Genome } from "./genome.ts";

/**
 * A genome as a person reads it: each method's source, then the attributes and the state.
 *
 * @param genome a genome
 * @returns text, one part after another, in a stable order
 */
export function readableGenome(genome: Genome): string {
  const part = (kind: string, name: string, text: string) => `// ${kind} ${name}\n${text}\n`;
  return [
    ...Object.keys(genome.methods).sort().map((name) =>
      part("method", name, genome.methods[name] ?? "")
    ),
    ...Object.keys(genome.attributes).sort().map((name) =>
      part("attribute", name, JSON.stringify(genome.attributes[name], null, 2))
    ),
    part("state", "", JSON.stringify(genome.state, null, 2)).replace("// state \n", "// state\n"),
  ].join("\n");
}

/**
 * The difference of two genomes, as a unified diff of their readable texts.
 *
 * @param before the older genome
 * @param after the newer one
 * @param names what to call them in the head of the diff
 * @returns a unified diff; empty where they are the same
 */
export function diffGenomes(
  before: Genome,
  after: Genome,
  names: { readonly before: string; readonly after: string } = { before: "before", after: "after" },
): string {
  if (editedNames(before, after).length === 0) return "";
  return createTwoFilesPatch(
    names.before,
    names.after,
    readableGenome(before),
    readableGenome(after),
    undefined,
    undefined,
    { context: 3 },
  );
}
