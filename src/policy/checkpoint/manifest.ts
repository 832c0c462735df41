import { z } from "zod";

/** What `manifest.json` says of a checkpoint. */
export const manifestSchema = z.strictObject({
  format: z.literal("vivarium-policy-1"),
  /** 0: pretrained, or random; then one more at each update. */
  version: z.int().min(0),
  /** The version that this one was trained from. */
  parent: z.int().min(0).nullable(),
  /** SHA-256 of the parameters' bytes: float32, little-endian, in the order of the flat vector. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** Hash of version 0 of the same lineage: the frozen reference. */
  base: z.string().regex(/^[0-9a-f]{64}$/),
  createdAtMs: z.number(),
  /** How many parameters. */
  parameters: z.int().positive(),
  /** Updates since version 0. */
  updates: z.int().min(0),
  metrics: z.record(z.string(), z.number()),
  /** How it was made: for a pretrained one, corpus and schedule. */
  training: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  /** What the trainer carries on to the next update, beside the optimiser's moments. */
  memory: z.record(z.string(), z.number()),
  /** Ids of the episodes that this update used up. */
  episodes: z.array(z.string()),
  files: z.record(
    z.string(),
    z.strictObject({ bytes: z.int().min(0), sha256: z.string() }),
  ),
});

/** What `manifest.json` says of a checkpoint. */
export type Manifest = z.infer<typeof manifestSchema>;
