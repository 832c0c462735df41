import { z } from "zod";
import type { Json } from "../core/json.ts";
import type { Genome } from "./genome.ts";
import { vitalMethods } from "./genome.ts";
import { isReservedName } from "./names.ts";

/** Deepest nesting of an agent's plain data. */
export const maxDataDepth = 64;

/** Names that a genome's method or attribute may have. */
const nameSchema = z.string().min(1).max(256).refine(
  (name) => !isReservedName(name),
  "is the name of a power or of the language",
);

const dataSchema: z.ZodType<Json, Json> = z.json();

/** Parses a genome from outside the house: an upload, a file, a frame. */
export const genomeSchema = z.strictObject({
  methods: z.record(nameSchema, z.string().min(1).max(1_000_000)).refine(
    (methods) => vitalMethods.every((name) => Object.hasOwn(methods, name)),
    `must have ${vitalMethods.join(", ")}`,
  ),
  state: dataSchema,
  attributes: z.record(nameSchema, dataSchema),
}).refine(
  (genome) => Object.keys(genome.attributes).every((name) => !Object.hasOwn(genome.methods, name)),
  "an attribute must not have the name of a method",
).refine(
  (genome) => depthOf(genome.state) <= maxDataDepth && depthOf(genome.attributes) <= maxDataDepth,
  `data must not be nested deeper than ${maxDataDepth}`,
);

/**
 * Parses a genome from outside the house.
 *
 * @param value anything
 * @returns a genome with the vital methods, whose sources are not yet compiled
 * @throws z.ZodError that names the field
 */
export function parseGenome(value: unknown): Genome {
  return genomeSchema.parse(value);
}

function depthOf(value: Json): number {
  let depth = 0;
  let level: Json[] = [value];
  while (level.length > 0 && depth <= maxDataDepth) {
    level = level.flatMap((item) =>
      item === null || typeof item !== "object" ? [] : Object.values(item)
    );
    depth++;
  }
  return depth;
}
