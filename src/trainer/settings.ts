import { z } from "zod";

/** What is subtracted from a return, so that only better and worse remain. */
export const baselines = ["ema", "rloo", "whitened", "none"] as const;

/** Every setting of the trainer, with its default. */
export const trainerSettingsSchema = z.strictObject({
  /** Discount γ over the agent's steps, never over tokens. */
  gamma: z.number().min(0).max(1).default(0.99),
  /**
   * What each step's reward passes through first. `symlog` (Hafner et al. 2023), sign(r)·ln(1 + |r|),
   * makes −1000 a −6.9 and −10 a −2.4: the order stays, and one harm does not drown all other deaths
   * of its batch. `none` leaves rewards as they are.
   */
  rewardTransform: z.enum(["symlog", "none"]).default("symlog"),
  /**
   * - `ema`: a moving average of the returns of all steps; for agents that live one by one.
   * - `rloo`: leave-one-out over whole trajectories (Ahmadian et al. 2024); for groups that started from
   *   the same genome and query. All steps of a life share its advantage.
   * - `whitened`: the mean of the batch's returns, divided by their deviation.
   * - `none`: the return itself (Williams 1992); learns nothing where rewards are mostly positive, and
   *   is kept to show it.
   */
  baseline: z.enum(baselines).default("ema"),
  /**
   * What a life is worth that was cut while alive, which is no death. `bootstrap`: as if it had gone on
   * as lives do (the mean return). `mask`: nothing is learned from it.
   */
  truncation: z.enum(["bootstrap", "mask"]).default("bootstrap"),
  /** How much of the moving average stays at each update. */
  emaDecay: z.number().min(0).max(1).default(0.9),
  /**
   * `std` divides the advantages of a batch by their deviation. Measured on the survival task, it keeps
   * a nearly perfect policy from settling: when deaths are rare, it makes them large again.
   */
  advantageNormalisation: z.enum(["std", "none"]).default("none"),
  /** β: weight of the KL penalty to the frozen version 0 (k3 estimator, Schulman 2020). */
  beta: z.number().min(0).default(0.05),
  /** Ratios below 1 − this are clipped; it matters only from the second step on one batch. */
  clipLow: z.number().min(0).max(1).default(0.2),
  /** Ratios above 1 + this are clipped (the wider upper bound: Yu et al. 2025). */
  clipHigh: z.number().min(0).default(0.28),
  /** Adam's step size. */
  learningRate: z.number().positive().default(3e-4),
  /** Adam's decay of the first moment. */
  beta1: z.number().min(0).max(1).default(0.9),
  /** Adam's decay of the second moment. */
  beta2: z.number().min(0).max(1).default(0.95),
  /** The gradient is scaled down to this global norm. */
  maxGradNorm: z.number().positive().default(1),
  /** How often a batch is gone through. */
  epochs: z.int().min(1).default(1),
  /** Positions of one optimiser step, before rows are padded to its longest; a larger batch takes several. */
  minibatchPositions: z.int().min(256).default(8192),
  /** Positions of one update; of a larger batch, completions are drawn by chance. */
  updatePositions: z.int().min(256).default(32_768),
  /**
   * An update in which the size of the loss is not finite or goes past this is thrown away, with its
   * episodes. Rewards as they are (−1000 a harm) stay far below; what exceeds it will not come back.
   */
  lossBound: z.number().positive().default(1e6),
  /** The same for the gradient's norm before clipping. */
  gradNormBound: z.number().positive().default(1e6),
  /**
   * The same for the KL to the reference of what came of the update, in nats a token. Uniform chance
   * among 1024 tokens is 6.9 nats from certainty: past 10, nothing of version 0 is left.
   */
  klBound: z.number().positive().default(10),
  /** Longest response L: a sum over tokens is divided by completions × L, so length earns nothing. */
  maxTokens: z.int().min(1).default(96),
});

/** Every setting of the trainer. */
export type TrainerSettings = z.infer<typeof trainerSettingsSchema>;

/**
 * Settings, with defaults for those that are not named.
 *
 * @throws {z.ZodError} if one is wrong or unknown
 */
export function trainerSettings(
  given: z.input<typeof trainerSettingsSchema> = {},
): TrainerSettings {
  return trainerSettingsSchema.parse(given);
}
