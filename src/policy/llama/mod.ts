/**
 * A Llama-style causal language model, trained and sampled by ONNX Runtime: config, flat parameters,
 * {@linkcode LlamaTrainer}, {@linkcode LlamaSampler}, safetensors.
 *
 * All parameters are one `Float32Array` in the order of {@linkcode parameterLayout}; trainer, sampler
 * and checkpoint share it. It is not a tokenizer (ids in, ids out), it computes no returns or
 * advantages, and it touches no files. The room `trainer` comes in, and the policy process.
 *
 * ```ts ignore
 * const config = parseConfig(JSON.parse(text)); // Hugging Face's field names
 * const trainer = await LlamaTrainer.create(config, initParameters(config, seededRandom(1)), {
 *   learningRate: 3e-4,
 *   threads: 2,
 * });
 * // ids [B, T+1] row by row; weights [B, T], 0 where a target does not count.
 * const { loss, grad_norm, entropy, lp } = await trainer.pretrainStep({
 *   ids, weights, batchSize: B, length: T, // learningRate: for a schedule
 * });
 * // advantage, old, reference, mask: [B, T]; entry (b, t) belongs to id (b, t + 1).
 * await trainer.reinforceStep({ ids, advantage, old, reference, mask, batchSize: B, length: T, beta });
 * const reference = await trainer.logProbabilities({ ids, batchSize: B, length: T }, frozen);
 * trainer.state(); // { parameters, m, v, updates }: copies; restore(state) goes on from them
 *
 * const sampler = await LlamaSampler.create(config, trainer.state().parameters, {
 *   promptLength: 96,
 *   maxTokens: 128,
 * });
 * const [sample] = await sampler.sample([{ promptIds, uniforms, temperature: 1 }], stopId);
 * sample.ids; // the stop token included; sample.logps, sample.stopped
 * const rows = await sampler.start(requests, stopId); // others may join while these are under way:
 * while (sampler.active > 0) await sampler.advance(); // a few turns; rows[0].done, rows[0].sample
 * await sampler.setParameters(trainer.state().parameters);
 *
 * saveSafetensors(config, parameters); // bytes; loadSafetensors(config, bytes) reads them
 * encodeLlama(config, parameters); // the model as an ONNX file: input_ids -> logits
 * ```
 *
 * Every run blocks its thread; batch size and length are free from call to call (the sampler's
 * `promptLength` and `maxTokens` are not). `threads` is 1 unless said; two make a training step
 * up to 1.7 times as fast; small models sample no faster with two.
 *
 * @module
 */
export type { PretrainBatch, ReinforceBatch, Sequences, StepMetrics } from "./batches.ts";
export { headSize, type LlamaConfig, parseConfig } from "./config.ts";
export { encodeLlama } from "./export.ts";
export type { OptimizerOptions } from "./optimizer.ts";
export {
  initParameters,
  parameterCount,
  parameterLayout,
  type ParameterView,
} from "./parameters.ts";
export {
  loadSafetensors,
  readSafetensors,
  saveSafetensors,
  type StoredTensor,
  type StoredTensors,
} from "./safetensors.ts";
export type { Sample, SampleRequest, SamplerOptions, SampleRow } from "./sample_row.ts";
export { LlamaSampler } from "./sampler.ts";
export { LlamaTrainer, type TrainerOptions, type TrainerState } from "./trainer.ts";
