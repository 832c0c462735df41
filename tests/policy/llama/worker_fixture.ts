/** Runs in a Worker: trains and samples a little, and tells what came out. */
import { LlamaSampler, LlamaTrainer } from "../../../src/policy/llama/mod.ts";
import { dice, floats, lively, tiny, tokenIds } from "./support.ts";

/** A few steps and a sample; the same numbers wherever it runs. */
export async function work(): Promise<unknown> {
  const random = dice(21);
  const trainer = await LlamaTrainer.create(tiny, lively(tiny, random));
  const losses: number[] = [];
  for (let step = 0; step < 20; step++) {
    const ids = tokenIds(tiny, random, 8 * 21);
    const weights = floats(random, 8 * 20, 0, 0.01);
    losses.push((await trainer.pretrainStep({ ids, weights, batchSize: 8, length: 20 })).loss);
  }
  const { parameters } = trainer.state();
  const sampler = await LlamaSampler.create(tiny, parameters, { promptLength: 5, maxTokens: 20 });
  const request = { promptIds: [1, 2], uniforms: floats(random, 20), temperature: 1 };
  const samples = await sampler.sample([request, request], 0);
  await trainer.dispose();
  await sampler.dispose();
  return { losses, samples };
}

if (typeof self !== "undefined" && "WorkerGlobalScope" in self) {
  self.addEventListener("message", async () => {
    const result = await work().catch((error: unknown) => String(error));
    (self as unknown as { postMessage(message: unknown): void }).postMessage(result);
  });
}
