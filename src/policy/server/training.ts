import type { Episode } from "../../core/episode.ts";
import type { LlamaConfig, TrainerState } from "../llama/mod.ts";

/**
 * What the training Worker can be asked. Its functions live in `workers/policy_trainer.ts`: the
 * algorithm is the room `trainer`, which stands above this one.
 */
export interface TrainerCalls {
  /** Takes a version with its optimiser; the next update starts from there. */
  load(input: {
    readonly config: LlamaConfig;
    /** Parameters of version 0. */
    readonly reference: Float32Array<ArrayBuffer>;
    readonly state: TrainerState;
    readonly memory: Readonly<Record<string, number>>;
    /** As `trainerSettings` takes them. */
    readonly settings: unknown;
  }): Promise<void>;
  /**
   * One update. After an error, or `updated: false`, all is as before. An error named `Diverged` is a
   * figure past its bound.
   */
  update(input: { readonly episodes: readonly Episode[]; readonly seed: number }): Promise<{
    readonly updated: boolean;
    /** Why not, if not. */
    readonly why: string | null;
    readonly metrics: Readonly<Record<string, number>>;
    readonly memory: Readonly<Record<string, number>>;
    readonly state: TrainerState;
  }>;
}
