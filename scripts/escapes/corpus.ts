import { z } from "zod";

/** What became of an attack, in the words of the corpus. */
export const fates = [
  "denied",
  "harmless",
  "contained-death:memory",
  "contained-death:cpu",
  "contained-death:error",
  "contained-death:stall",
  "contained-death:flood",
  "contained-death:crash",
] as const;

/** One of them. */
export type Fate = typeof fates[number];

const fate = z.enum(fates);

const attackSchema = z.object({
  id: z.string().min(1),
  category: z.string(),
  source: z.string().optional(),
  /** Body of an async function, with placeholders. */
  code: z.string(),
  expected: fate,
  accept: z.array(fate).default([]),
  notes: z.string().default(""),
  /** What holds it, where that can be taken out by `--ablate`: a name of `walls/mod.ts`. */
  wall: z.string().optional(),
});

/** One row of a corpus. */
export type Attack = z.infer<typeof attackSchema>;

/**
 * Reads a corpus: JSON Lines, a row an attack.
 *
 * @param text of the file
 * @throws Error that names the line
 */
export function parseCorpus(text: string): Attack[] {
  const attacks = text.split("\n").flatMap((line, index) => {
    if (line.trim() === "") return [];
    try {
      return [attackSchema.parse(JSON.parse(line))];
    } catch (error) {
      throw new Error(`line ${index + 1} of the corpus is not an attack`, { cause: error });
    }
  });
  const ids = attacks.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`the corpus has two attacks of the id '${twice}'`);
  return attacks;
}

const explanationSchema = z.record(
  z.string(),
  z.object({
    /** Fates that are fair in this house beside those of the corpus. */
    accept: z.array(fate).default([]),
    /** A text, to the letter, that claims a breach and names only what every agent here has. */
    granted: z.string().optional(),
    why: z.string().min(1),
  }),
);

/** Why this house differs from the one that the corpus was written for, by attack. */
export type Explanations = z.infer<typeof explanationSchema>;

/**
 * Reads the explanations that go with a corpus.
 *
 * @param text JSON
 */
export function parseExplanations(text: string): Explanations {
  return explanationSchema.parse(JSON.parse(text));
}
