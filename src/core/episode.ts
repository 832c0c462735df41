import { z } from "zod";

/** One completion within a step, as the policy sampled it. */
export interface CompletionTrace {
  /** Of the policy. */
  readonly version: number;
  readonly promptIds: readonly number[];
  readonly ids: readonly number[];
  /** Of each id, the log-probability with which it was drawn. */
  readonly logps: readonly number[];
}

/** Parses a completion within a step. */
export const completionTraceSchema = z.strictObject({
  version: z.int().min(0),
  promptIds: z.array(z.int().min(0)).max(4096).readonly(),
  ids: z.array(z.int().min(0)).min(1).max(4096).readonly(),
  logps: z.array(z.number()).min(1).max(4096).readonly(),
}) satisfies z.ZodType<CompletionTrace>;

/** A life, as the trainer sees it. Posted once, when the life has ended. */
export interface Episode {
  /** `agent/life`, unique in a database: posting twice is harmless. */
  readonly id: string;
  readonly agent: string;
  readonly life: number;
  /** Lives of one group started from the same genome and query (leave-one-out). */
  readonly group?: string | undefined;
  /** `truncated`: the life was cut by the horizon or the end of the run; not a death. */
  readonly end: "death" | "truncated";
  /** Cause and owner of the death; infrastructure and operator deaths carry no reward. */
  readonly cause?: string | undefined;
  readonly owner?: "agent" | "infrastructure" | "operator" | undefined;
  readonly steps: readonly {
    readonly step: number;
    /** Sum of the step's reward terms. */
    readonly reward: number;
    readonly completions: readonly CompletionTrace[];
  }[];
}

/** Parses a life. */
export const episodeSchema = z.strictObject({
  id: z.string().min(3).max(128),
  agent: z.string().max(64),
  life: z.int().min(1),
  group: z.string().max(128).optional(),
  end: z.enum(["death", "truncated"]),
  cause: z.string().max(32).optional(),
  owner: z.enum(["agent", "infrastructure", "operator"]).optional(),
  steps: z.array(z.strictObject({
    step: z.int().min(1),
    reward: z.number(),
    completions: z.array(completionTraceSchema).max(64).readonly(),
  })).max(100_000).readonly(),
}) satisfies z.ZodType<Episode>;

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
export interface PolicyVersion {
  readonly version: number;
  /** The version that it was trained from; null for the first. */
  readonly parent: number | null;
  /** SHA-256 of the parameters' bytes. */
  readonly hash: string;
  readonly createdAtMs: number;
  /** Training metrics under TRL's names, and ours. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** Parses a published version of the policy. */
export const policyVersionSchema = z.strictObject({
  version: z.int().min(0),
  parent: z.int().min(0).nullable(),
  hash: z.string(),
  createdAtMs: z.number(),
  metrics: z.record(z.string(), z.number()),
}) satisfies z.ZodType<PolicyVersion>;

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

/** How the policy is. */
export interface PolicyStatus {
  readonly version: number;
  readonly hash: string;
  readonly parameters: number;
  /** Random weights (`--llm random`), or the pretrained checkpoint and what came of it. */
  readonly kind: "pretrained" | "random";
  readonly training: "on" | "paused" | "off";
  readonly updates: number;
  /** The versions whose weights are kept, oldest first: those that a rollback may name. */
  readonly kept: readonly number[];
  readonly episodesWaiting: number;
  /** Those of them that an update may take: where lives come in groups, not all may. */
  readonly episodesReady?: number | undefined;
}

/** Parses the answer of the policy process's `GET /v1/policy`. */
export const policyStatusSchema = z.strictObject({
  version: z.int().min(0),
  hash: z.string(),
  parameters: z.int(),
  kind: z.enum(["pretrained", "random"]),
  training: z.enum(["on", "paused", "off"]),
  updates: z.int().min(0),
  kept: z.array(z.int().min(0)).readonly(),
  episodesWaiting: z.int().min(0),
  episodesReady: z.int().min(0).optional(),
}) satisfies z.ZodType<PolicyStatus>;
