import { assertGreater, assertLess } from "@std/assert";
import { initParameters, LlamaSampler, LlamaTrainer } from "../../../src/policy/llama/mod.ts";
import { dice, floats, tiny } from "./support.ts";

Deno.test("REINFORCE on its own samples raises the reward, and the KL penalty holds it back", async () => {
  // The reward is the share of even tokens: 0.5 for a model that knows nothing.
  const [batch, turns, prompt] = [32, 8, 7];
  const learn = async (beta: number) => {
    const random = dice(31);
    const first = initParameters(tiny, random);
    const trainer = await LlamaTrainer.create(tiny, first, { learningRate: 5e-3 });
    const sampler = await LlamaSampler.create(tiny, first, { promptLength: 1, maxTokens: turns });
    const rewards: number[] = [];
    let kl = 0;
    for (let update = 0; update < 40; update++) {
      const asked = Array.from({ length: batch }, () => ({
        promptIds: [prompt],
        uniforms: floats(random, turns),
        temperature: 1,
      }));
      const samples = await sampler.sample(asked, -1);
      const earned = samples.map(({ ids }) => ids.filter((id) => id % 2 === 0).length / turns);
      const mean = earned.reduce((a, b) => a + b) / batch;
      rewards.push(mean);
      const ids = Int32Array.from(samples.flatMap((sample) => [prompt, ...sample.ids]));
      const sequences = { ids, batchSize: batch, length: turns };
      const metrics = await trainer.reinforceStep({
        ...sequences,
        advantage: Float32Array.from(earned.flatMap((e) => new Array(turns).fill(e - mean))),
        old: Float32Array.from(samples.flatMap(({ logps }) => logps)),
        reference: await trainer.logProbabilities(sequences, first),
        mask: new Float32Array(batch * turns).fill(1),
        beta,
      });
      kl = metrics.kl;
      await sampler.setParameters(trainer.state().parameters);
    }
    await trainer.dispose();
    await sampler.dispose();
    return { reward: rewards.slice(-5).reduce((a, b) => a + b) / 5, first: rewards[0] ?? NaN, kl };
  };
  const free = await learn(0);
  const held = await learn(1);
  assertLess(Math.abs(free.first - 0.5), 0.15);
  assertGreater(free.reward, 0.95);
  assertLess(held.kl, free.kl / 2);
});
