import { type Episode, type LateReward, lateRewardSchema } from "../../core/episode.ts";
import { writeAtomically } from "../checkpoint/mod.ts";
import { appendFlushed, readLines } from "./lines.ts";

/**
 * Late rewards that were accepted, one JSON line each, flushed. They stay apart from the episodes: one
 * may come before its life has ended, and an accepted key is known for good.
 */
export class LateRewards {
  readonly #path: string;
  readonly #keys = new Set<string>();
  readonly #byEpisode = new Map<string, LateReward[]>();

  private constructor(path: string, rewards: readonly LateReward[]) {
    this.#path = path;
    for (const reward of rewards) this.#keep(reward);
  }

  /** Reads what a folder holds. */
  static async open(folder: string): Promise<LateRewards> {
    const path = `${folder}/late_rewards.jsonl`;
    const lines = await readLines(path);
    const rewards = lines.flatMap(parse);
    // A line that was cut by a crash must not be continued by the next one.
    if (lines.length > 0) {
      await writeAtomically(path, rewards.map((reward) => `${JSON.stringify(reward)}\n`).join(""));
    }
    return new LateRewards(path, rewards);
  }

  /** Whether a key was accepted before. */
  has(key: string): boolean {
    return this.#keys.has(key);
  }

  /** Accepts a reward; on the disk when this resolves. */
  async add(reward: LateReward): Promise<void> {
    await appendFlushed(this.#path, JSON.stringify(reward));
    this.#keep(reward);
  }

  /** An episode with its late rewards; one for a step that it does not have is left out. */
  added(episode: Episode): Episode {
    const late = this.#byEpisode.get(episode.id);
    if (late === undefined) return episode;
    const last = episode.steps.length - 1;
    const steps = episode.steps.map((lived, index) => ({
      ...lived,
      reward: late
        .filter(({ step }) => step === null ? index === last : step === lived.step)
        .reduce((sum, { value }) => sum + value, lived.reward),
    }));
    return { ...episode, steps };
  }

  #keep(reward: LateReward): void {
    this.#keys.add(reward.key);
    const of = this.#byEpisode.get(reward.episode);
    if (of === undefined) this.#byEpisode.set(reward.episode, [reward]);
    else of.push(reward);
  }
}

function parse(line: string): LateReward[] {
  try {
    return [lateRewardSchema.parse(JSON.parse(line))];
  } catch {
    return [];
  }
}
