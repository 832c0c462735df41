import { seededRandom } from "../core/random.ts";
import { LlamaTrainer } from "../policy/llama/mod.ts";
import type { TrainerCalls } from "../policy/server/mod.ts";
import type { TrainerMemory } from "./advantages.ts";
import { type TrainerSettings, trainerSettingsSchema } from "./settings.ts";
import { Diverged, update } from "./update.ts";

/** What is held between calls. */
interface Held {
  readonly trainer: LlamaTrainer;
  readonly reference: Float32Array;
  readonly settings: TrainerSettings;
  memory: TrainerMemory;
}

/** The training Worker's functions: {@linkcode update}, with its state between calls. */
export function trainerCalls(): TrainerCalls {
  let held: Held | undefined;
  return {
    async load({ config, reference, state, memory, settings: given }) {
      const settings = trainerSettingsSchema.parse(given);
      const { learningRate, beta1, beta2, maxGradNorm } = settings;
      const trainer = held?.trainer ?? await LlamaTrainer.create(config, state.parameters, {
        learningRate,
        beta1,
        beta2,
        maxGradNorm,
      });
      trainer.restore(state);
      const { baseline } = memory;
      held = {
        trainer,
        reference,
        settings,
        memory: baseline === undefined ? {} : { baseline },
      };
    },
    async update({ episodes, seed }) {
      if (held === undefined) throw new RangeError("no version has been loaded");
      const { trainer } = held;
      const before = trainer.state();
      const started = performance.now();
      try {
        const result = await update({ ...held, episodes, random: seededRandom(seed) });
        const after = trainer.state();
        if (!after.parameters.every(Number.isFinite)) throw new Diverged("a weight is no number");
        held.memory = result.memory;
        const step_time = (performance.now() - started) / 1000;
        return {
          updated: result.updated,
          why: result.why,
          metrics: { ...result.metrics, step_time },
          memory: { ...result.memory },
          state: after,
        };
      } catch (error) {
        trainer.restore(before);
        throw error;
      }
    },
  };
}
