import { z } from "zod";

/** One completion within a step, as the policy sampled it. */
export const completionTraceSchema = z.strictObject({
  version: z.int().min(0),
  promptIds: z.array(z.int().min(0)).max(4096),
  ids: z.array(z.int().min(0)).min(1).max(4096),
  logps: z.array(z.number()).min(1).max(4096),
});

/** A life, as the trainer sees it. Posted once, when the life has ended. */
export const episodeSchema = z.strictObject({
  /** `agent/life`, unique in a database: posting twice is harmless. */
  id: z.string().min(3).max(128),
  agent: z.string().max(64),
  life: z.int().min(1),
  /** Lives of one group started from the same genome and query (leave-one-out). */
  group: z.string().max(128).optional(),
  /** `truncated`: the life was cut by the horizon or the end of the run; not a death. */
  end: z.enum(["death", "truncated"]),
  /** Cause and owner of the death; infrastructure and operator deaths carry no reward. */
  cause: z.string().max(32).optional(),
  owner: z.enum(["agent", "infrastructure", "operator"]).optional(),
  steps: z.array(z.strictObject({
    step: z.int().min(1),
    /** Sum of the step's reward terms. */
    reward: z.number(),
    completions: z.array(completionTraceSchema).max(64),
  })).max(100_000),
});

/** A life, as the trainer sees it. */
export type Episode = z.infer<typeof episodeSchema>;

/** A reward that came after its step. Posting the same key twice is harmless. */
export const lateRewardSchema = z.strictObject({
  /** Unique among late rewards. */
  key: z.string().min(1).max(255),
  /** Id of the episode, `agent/life`. */
  episode: z.string().min(3).max(128),
  /** null: the life as a whole, for which its last step stands. */
  step: z.int().min(1).nullable(),
  value: z.number(),
});

/** A reward that came after its step. */
export type LateReward = z.infer<typeof lateRewardSchema>;

/** Whether a late reward reaches the trainer. */
export const lateRewardAnswerSchema = z.strictObject({
  /** It is part of what the trainer will learn from, or has learned from. */
  applied: z.boolean(),
  /** Why it is not; or, of one that is, what it still waits for. */
  why: z.string().nullable(),
});

/** Whether a late reward reaches the trainer. */
export type LateRewardAnswer = z.infer<typeof lateRewardAnswerSchema>;

/** Request of the policy process's `POST /v1/sample`. */
export const sampleRequestSchema = z.strictObject({
  prompt: z.string().max(1_000_000),
  seed: z.int().min(0).max(0xffffffff),
  temperature: z.number().min(0.01).max(10).optional(),
  maxTokens: z.int().min(1).max(4096).optional(),
});

/** Answer of the policy process's `POST /v1/sample`. */
export const sampleAnswerSchema = completionTraceSchema.extend({
  text: z.string(),
  /** `stop`: it ended by itself; `length`: it was cut at maxTokens. */
  finish: z.enum(["stop", "length"]),
});

/** One published version of the policy. */
export const policyVersionSchema = z.strictObject({
  version: z.int().min(0),
  parent: z.int().min(0).nullable(),
  /** SHA-256 of the parameters' bytes. */
  hash: z.string(),
  createdAtMs: z.number(),
  /** Training metrics under TRL's names, and ours. */
  metrics: z.record(z.string(), z.number()),
});

/** One published version of the policy. */
export type PolicyVersion = z.infer<typeof policyVersionSchema>;

/** What can come of an update: a version; or nothing, and its episodes are set aside. */
export const updateOutcomes = ["published", "nothing", "diverged", "failed"] as const;

/** One update of the policy, whatever came of it. */
export const policyUpdateSchema = z.strictObject({
  /** 1, 2, 3 … in the order in which they ended. */
  id: z.int().min(1),
  atMs: z.number(),
  outcome: z.enum(updateOutcomes),
  /** The version that came of it; null if none did. */
  version: z.int().min(0).nullable(),
  /** Why no version came of it. */
  why: z.string().nullable(),
  /** Ids of the episodes that it used up. */
  episodes: z.array(z.string()),
  /** Under TRL's names, and ours; those that were known when it ended. */
  metrics: z.record(z.string(), z.number()),
});

/** One update of the policy, whatever came of it. */
export type PolicyUpdate = z.infer<typeof policyUpdateSchema>;

/** Answer of the policy process's `GET /v1/policy`. */
export const policyStatusSchema = z.strictObject({
  version: z.int().min(0),
  hash: z.string(),
  parameters: z.int(),
  /** Random weights (`--llm random`), or the pretrained checkpoint and what came of it. */
  kind: z.enum(["pretrained", "random"]),
  training: z.enum(["on", "paused", "off"]),
  updates: z.int().min(0),
  /** The versions whose weights are kept, oldest first: those that a rollback may name. */
  kept: z.array(z.int().min(0)),
  episodesWaiting: z.int().min(0),
  /** Those of them that an update may take: where lives come in groups, not all may. */
  episodesReady: z.int().min(0).optional(),
});

/** Answer of the policy process's `GET /v1/policy`. */
export type PolicyStatus = z.infer<typeof policyStatusSchema>;
