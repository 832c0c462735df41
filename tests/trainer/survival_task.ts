import type { Episode } from "../../src/core/episode.ts";
import { seededRandom, seedFrom } from "../../src/core/random.ts";
import {
  initParameters,
  LlamaSampler,
  LlamaTrainer,
  parseConfig,
} from "../../src/policy/llama/mod.ts";
import { type TrainerMemory, type TrainerSettings, update } from "../../src/trainer/mod.ts";

/**
 * A task in which surviving is all: at each of up to 31 steps a clue is shown, and the one token that is
 * drawn must be one of the clue's three; any other is death, for −10. A life that sees step 31 is cut
 * there. A random policy lives 1.2 steps.
 */
export const horizon = 31;

const [clues, answers, perClue] = [4, 16, 3];
const [bos, stop] = [0, 1];
const firstClue = 2;
const firstAnswer = firstClue + clues;

const config = parseConfig({
  vocab_size: firstAnswer + answers,
  hidden_size: 16,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 32,
  max_position_embeddings: 8,
});

/** Which answer is right for which clue. */
function survives(clue: number, token: number): boolean {
  const answer = token - firstAnswer;
  return answer >= clue * perClue && answer < (clue + 1) * perClue;
}

/**
 * Trains on the task until lives are as long as wanted.
 *
 * @returns mean steps survived before each update
 */
export async function trainToSurvive(
  seed: number,
  settings: TrainerSettings,
  { updates, lives, enough }: { updates: number; lives: number; enough: number },
): Promise<number[]> {
  const random = seededRandom(seedFrom("survival task", seed));
  const reference = initParameters(config, random);
  const trainer = await LlamaTrainer.create(config, reference);
  const sampler = await LlamaSampler.create(config, reference, { promptLength: 2, maxTokens: 1 });
  const curve: number[] = [];
  let memory: TrainerMemory = {};
  for (let round = 0; round <= updates; round++) {
    const episodes = await live(sampler, lives, random.next, `${round}`);
    curve.push(episodes.reduce((sum, { steps }) => sum + steps.length, 0) / lives);
    if ((curve.at(-1) ?? 0) >= enough || round === updates) break;
    const result = await update({ trainer, reference, episodes, memory, settings, random });
    memory = result.memory;
    await sampler.setParameters(trainer.state().parameters);
  }
  await sampler.dispose();
  await trainer.dispose();
  return curve;
}

/** Some lives side by side, from birth to death or horizon. */
async function live(
  sampler: LlamaSampler,
  count: number,
  uniform: () => number,
  group: string,
): Promise<Episode[]> {
  const lives = Array.from({ length: count }, (_, index) => ({
    id: `${group}/${index}`,
    alive: true,
    steps: [] as Episode["steps"][number][],
  }));
  for (let step = 1; step <= horizon; step++) {
    const alive = lives.filter((life) => life.alive);
    const requests = alive.map(() => ({
      promptIds: [bos, firstClue + Math.floor(uniform() * clues)],
      uniforms: Float32Array.of(uniform()),
      temperature: 1,
    }));
    const samples = await sampler.sample(requests, stop);
    alive.forEach((life, index) => {
      const { ids, logps } = samples[index]!;
      const { promptIds } = requests[index]!;
      life.alive = survives(promptIds[1]! - firstClue, ids[0]!);
      life.steps.push({
        step,
        reward: life.alive ? 1 : -10,
        completions: [{ version: 0, promptIds, ids, logps }],
      });
    });
  }
  return lives.map(({ id, alive, steps }): Episode => ({
    id,
    agent: "toy",
    life: 1,
    group,
    steps,
    ...(alive ? { end: "truncated" } : { end: "death", cause: "exception", owner: "agent" }),
  }));
}
