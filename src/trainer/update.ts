import type { Episode } from "../core/episode.ts";
import type { Random } from "../core/random.ts";
import type { LlamaTrainer, StepMetrics } from "../policy/llama/mod.ts";
import { advantages, type TrainerMemory } from "./advantages.ts";
import { fill, minibatches, type Row, type RowBatch, within } from "./batch.ts";
import type { TrainerSettings } from "./settings.ts";

/** What an update works on. */
export interface UpdateInput {
  /** Holds the policy and the optimiser; changed by the update. */
  readonly trainer: LlamaTrainer;
  /** Parameters of version 0, which the KL penalty holds on to. */
  readonly reference: Float32Array;
  /** Lives that have ended. */
  readonly episodes: readonly Episode[];
  readonly memory: TrainerMemory;
  readonly settings: TrainerSettings;
  /** Order of minibatches, and choice among too many completions. */
  readonly random: Random;
}

/** What came of an update. `metrics` bear TRL's names where TRL has one. */
export interface UpdateResult {
  /** False: there was nothing to learn from, and nothing has changed. */
  readonly updated: boolean;
  /** Why not, if not. */
  readonly why: string | null;
  readonly metrics: Readonly<Record<string, number>>;
  readonly memory: TrainerMemory;
}

/** A figure of the update was not finite, or past its bound; the trainer's state must be thrown away. */
export class Diverged extends Error {
  override readonly name = "Diverged";
}

/**
 * Whether a life can teach: one that infrastructure or an operator ended carries no reward, neither good
 * nor bad, and one without a sampled token has nothing to change.
 */
export function teaches(episode: Episode): boolean {
  if (episode.end === "death" && episode.owner !== "agent") return false;
  return episode.steps.some(({ completions }) => completions.length > 0);
}

/**
 * One update of the policy by REINFORCE (Williams 1992) on whole lives:
 *
 * 1. rewards of a step → returns, G_t = r_t + γ · G_{t+1}, over the agent's steps;
 * 2. returns → advantages, by the baseline; groups without variance are dropped;
 * 3. every token of every completion of a step has the step's advantage;
 * 4. loss, per token: −min(ratio · A, clip(ratio) · A) + β · k3, summed, divided by completions × L;
 * 5. gradient norm clipped, Adam.
 *
 * @throws {Diverged} if loss, KL or gradient is no number, or past the settings' bound
 */
export async function update(input: UpdateInput): Promise<UpdateResult> {
  const { trainer, reference, settings, random } = input;
  const lived = input.episodes.filter(teaches);
  const episodes = settings.truncation === "mask"
    ? lived.filter(({ end }) => end === "death")
    : lived;

  // Steps 1 and 2.
  const lives = episodes.map(({ steps, end, group }) => ({
    rewards: steps.map(({ reward }) => reward),
    truncated: end === "truncated",
    group,
  }));
  const worth = advantages(lives, input.memory, settings);

  // Step 3.
  const longest = trainer.config.max_position_embeddings;
  const rows: Row[] = episodes.flatMap(({ steps }, life) =>
    steps.flatMap(({ completions }, step) => {
      const advantage = worth.lives[life]?.[step];
      if (advantage === undefined) return [];
      return completions
        .filter(({ promptIds, ids }) =>
          promptIds.length > 0 && promptIds.length + ids.length <= longest
        )
        .map(({ promptIds, ids, logps }) => ({ promptIds, ids, logps, advantage }));
    })
  );
  const batchMetrics = { ...describe(lived), frac_reward_zero_std: worth.zeroShare };
  if (rows.length === 0) {
    const alike = `${Math.round(worth.zeroShare * 100)} % are of groups that all fared alike`;
    const what = episodes.length > 0 ? alike : "all of them were cut";
    const why = lived.length === 0
      ? "no life can teach"
      : `nothing can be learned from ${lived.length} lives: ${what}`;
    return { updated: false, why, metrics: batchMetrics, memory: input.memory };
  }

  // Steps 4 and 5.
  const used = within(rows, settings.updatePositions, random);
  const steps: StepMetrics[] = [];
  for (let epoch = 0; epoch < settings.epochs; epoch++) {
    for (const batch of minibatches(used, settings.minibatchPositions, random)) {
      const metrics = await trainer.reinforceStep({
        ...batch,
        reference: settings.beta === 0
          ? batch.old
          : await trainer.logProbabilities(batch, reference),
        beta: settings.beta,
        clipLow: settings.clipLow,
        clipHigh: settings.clipHigh,
        scale: 1 / (batch.batchSize * settings.maxTokens),
        learningRate: settings.learningRate,
      });
      guard("the loss", metrics.loss, settings.lossBound);
      guard("the gradient's norm", metrics.grad_norm, settings.gradNormBound);
      // Past the first step its samples are of an older policy: no bound would be right for it.
      guard("the KL", metrics.kl, Number.MAX_VALUE);
      steps.push(metrics);
    }
  }
  // Each step measures before it moves; where the last one has led is measured on a few of the rows.
  const klAfter = await klOf(trainer, reference, fill(used.slice(0, probeRows)));
  guard("the KL of what came of it", klAfter, settings.klBound);
  const mean = (of: (metrics: StepMetrics) => number): number =>
    steps.reduce((sum, metrics) => sum + of(metrics), 0) / steps.length;
  return {
    updated: true,
    why: null,
    metrics: {
      ...batchMetrics,
      loss: mean(({ loss }) => loss),
      grad_norm: mean(({ grad_norm }) => grad_norm),
      kl: mean(({ kl }) => kl),
      kl_after: klAfter,
      entropy: mean(({ entropy }) => entropy),
      clip_ratio: mean(({ clip_ratio }) => clip_ratio),
      num_tokens: used.reduce((sum, { ids }) => sum + ids.length, 0),
      return_mean: worth.meanReturn,
      baseline: input.memory.baseline ?? worth.meanReturn,
      optimizer_steps: steps.length,
    },
    memory: worth.memory,
  };
}

/** Rows by which the policy is measured once more after an update. */
const probeRows = 8;

/**
 * KL(policy ‖ reference) a token, estimated from samples of the policy before the update: lp − ref, each
 * token weighted by how much likelier it has become. k3 would not do: on a token that has been unlearned
 * its exp(ref − lp) is the larger, the less the policy says it.
 */
async function klOf(
  trainer: LlamaTrainer,
  reference: Float32Array,
  batch: RowBatch,
): Promise<number> {
  const now = await trainer.logProbabilities(batch);
  const frozen = await trainer.logProbabilities(batch, reference);
  let sum = 0;
  batch.mask.forEach((counts, i) => {
    // What is masked may be anything: it must not even be multiplied.
    if (counts === 0) return;
    const [lp, ref, old] = [now[i] ?? NaN, frozen[i] ?? NaN, batch.old[i] ?? NaN];
    sum += Math.exp(lp - old) * (lp - ref);
  });
  return sum / batch.tokens;
}

function guard(name: string, value: number, bound: number): void {
  if (Math.abs(value) <= bound) return;
  throw new Diverged(`${name} must be at most ${bound}: received ${value}`);
}

/**
 * What a batch of lives looks like, whatever is learned from it: `reward` is the mean over lives of the sum
 * of rewards as they were given; `survival` the mean number of steps; `death_rate` the share of lives
 * that ended in a death of their own making; `unique_rate` the share of distinct completions.
 */
function describe(episodes: readonly Episode[]): Record<string, number> {
  const rewards = episodes.map(({ steps }) => steps.reduce((sum, { reward }) => sum + reward, 0));
  const completions = episodes.flatMap(({ steps }) => steps.flatMap((step) => step.completions));
  const average = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const reward = average(rewards);
  return {
    episodes: episodes.length,
    reward,
    reward_std: Math.sqrt(average(rewards.map((value) => (value - reward) ** 2))),
    survival: average(episodes.map(({ steps }) => steps.length)),
    death_rate: average(episodes.map(({ end }) => end === "death" ? 1 : 0)),
    "completions/mean_length": average(completions.map(({ ids }) => ids.length)),
    unique_rate: new Set(completions.map(({ ids }) => ids.join())).size /
      Math.max(1, completions.length),
  };
}
