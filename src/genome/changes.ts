import { createTwoFilesPatch, OMIT_HEADERS } from "diff";
import type { Json } from "../core/json.ts";
import { editedNames } from "./edited.ts";
import type { Genome } from "./genome.ts";

/** One part that differs between two genomes. */
export interface GenomeChange {
  /** Of the method or attribute; `state` for the state. */
  readonly name: string;
  readonly part: "method" | "attribute" | "state";
  readonly kind: "added" | "removed" | "changed";
  /** The source of a method, else JSON; null where it was not. */
  readonly before: string | null;
  readonly after: string | null;
  /** A unified diff, without the names of files. */
  readonly patch: string;
}

/** Lines that may differ before the shortest diff is given up: its cost grows with their square. */
const maxEdits = 2000;

/**
 * What differs between two genomes, part by part: methods, then attributes, then the state. A method
 * that became an attribute of the same name is both a removal and an addition.
 *
 * @param before the older genome
 * @param after the newer one
 * @returns a change for each part that differs; of parts that differ in very many lines, the diff
 *   replaces all
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { firstGenome } from "./genome.ts";
 * const grown = { ...firstGenome, state: { n: 1 } };
 * const [change] = genomeChanges(firstGenome, grown);
 * assertEquals([change?.name, change?.kind, change?.before], ["state", "changed", "{}"]);
 * ```
 */
export function genomeChanges(before: Genome, after: Genome): GenomeChange[] {
  const names = editedNames(before, after);
  const compare = (
    part: "method" | "attribute",
    a: Readonly<Record<string, string>>,
    b: Readonly<Record<string, string>>,
  ): GenomeChange[] => names.flatMap((name) => changeOf(name, part, own(a, name), own(b, name)));
  return [
    ...compare("method", before.methods, after.methods),
    ...compare("attribute", asTexts(before.attributes), asTexts(after.attributes)),
    ...(names.includes("state")
      ? changeOf("state", "state", asText(before.state), asText(after.state))
      : []),
  ];
}

function changeOf(
  name: string,
  part: GenomeChange["part"],
  before: string | null,
  after: string | null,
): GenomeChange[] {
  if (before === after) return [];
  const kind = before === null ? "added" : after === null ? "removed" : "changed";
  return [{ name, part, kind, before, after, patch: patchOf(before, after) }];
}

function patchOf(before: string | null, after: string | null): string {
  const [a, b] = [withEnd(before), withEnd(after)];
  return createTwoFilesPatch("before", "after", a, b, undefined, undefined, {
    context: 3,
    maxEditLength: maxEdits,
    headerOptions: OMIT_HEADERS,
  }) ?? replacement(a, b);
}

/** Every line out, every line in. */
function replacement(before: string, after: string): string {
  const lines = (text: string): string[] => text.split("\n").slice(0, -1);
  const [out, into] = [lines(before), lines(after)];
  return [
    `@@ -1,${out.length} +1,${into.length} @@`,
    ...out.map((line) => `-${line}`),
    ...into.map((line) => `+${line}`),
    "",
  ].join("\n");
}

/** Texts whose only difference is a missing line end at the end are told apart by nobody. */
function withEnd(text: string | null): string {
  return text === null ? "" : `${text}\n`;
}

function own(record: Readonly<Record<string, string>>, name: string): string | null {
  return Object.hasOwn(record, name) ? record[name]! : null;
}

function asTexts(record: Readonly<Record<string, Json>>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, asText(value)]));
}

function asText(value: Json): string {
  return JSON.stringify(value, null, 2);
}
