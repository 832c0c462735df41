/**
 * Makes the shipped checkpoint from nothing: corpus, tokenizer, next-token prediction.
 *
 * With `--steps` (the default) the same seed gives the same checkpoint, bit for bit; with `--minutes`
 * the schedule follows the clock. Each batch is new text, so nothing is seen twice; the loss is on the
 * response's tokens, and a fifth as much on the prompt's, which are earlier responses. Progress goes to
 * the standard error.
 */
import { Command } from "commander";
import { seededRandom, seedFrom } from "../src/core/random.ts";
import { writeCheckpoint } from "../src/policy/checkpoint/mod.ts";
import { initParameters, LlamaTrainer, parseConfig } from "../src/policy/llama/mod.ts";
import { PolicyTokenizer } from "../src/policy/tokenizer.ts";
import { type BatchOptions, toBatches, type TokenBatch } from "./corpus/batches.ts";
import { chainAt, type Example } from "./corpus/mod.ts";
import { sampleResponses, shareThatParses } from "./corpus/validity.ts";
import { trainTokenizer } from "./train_tokenizer.ts";

/** The model that ships: 0.9 million parameters. */
const shipped = parseConfig({
  vocab_size: 1024,
  hidden_size: 128,
  num_hidden_layers: 4,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  intermediate_size: 352,
  max_position_embeddings: 256,
});

/** Chains from this number on are never trained on. */
const heldOut = 100_000_000;

/** How pretraining runs. */
export interface PretrainOptions {
  readonly seed: number;
  readonly steps: number;
  /** Ends by the clock instead of by steps. */
  readonly minutes?: number | undefined;
  /** Highest learning rate. */
  readonly rate: number;
  readonly threads: number;
  /** Responses sampled at the end to see how many parse. */
  readonly samples: number;
  readonly out: string;
}

/** Trains, writes the checkpoint, and says what came of it. */
export async function pretrain(options: PretrainOptions): Promise<void> {
  const { seed, steps, minutes, rate, threads, samples, out } = options;
  const started = performance.now();
  const tokenizerJson = trainTokenizer({ seed });
  const tokenizer = new PolicyTokenizer(tokenizerJson);
  const parameters = initParameters(shipped, seededRandom(seedFrom("pretrain", seed)));
  const trainer = await LlamaTrainer.create(shipped, parameters, { threads });
  const fresh = batches(seed, tokenizer);
  const seconds = () => (performance.now() - started) / 1000;
  const progressAt = (step: number) =>
    minutes === undefined ? step / steps : seconds() / (minutes * 60);
  const training = { tokens: 0, loss: Infinity, step: 0 };
  for (; progressAt(training.step) < 1; training.step++) {
    const batch = fresh.next().value;
    const weights = batch.weights.map((weight) => weight / meanTokens);
    const { loss } = await trainer.pretrainStep({
      ...batch,
      weights,
      learningRate: rate * schedule(training.step, progressAt(training.step)),
    });
    if (!Number.isFinite(loss)) throw new Error(`the loss is ${loss} at step ${training.step}`);
    training.tokens += batch.tokens;
    if (training.step % 100 === 0) {
      training.loss = await meanLoss(trainer, tokenizer, seed);
      console.error(
        `${seconds().toFixed(0)} s, step ${training.step}, held-out loss ${
          training.loss.toFixed(4)
        }, ${(training.step / seconds()).toFixed(1)} steps/s`,
      );
    }
  }
  const loss = await meanLoss(trainer, tokenizer, seed);
  const trained = trainer.state().parameters;
  const prompts = held(seed, samples).slice(0, samples).map(({ prompt }) => prompt);
  const responses = await sampleResponses(shipped, trained, tokenizer, prompts, seed);
  const validity = shareThatParses(responses);
  const manifest = await writeCheckpoint(out, {
    config: shipped,
    tokenizer: tokenizerJson,
    parameters: trained,
    metrics: { loss, validity, tokens: training.tokens },
    training: {
      corpusSeed: seed,
      lethalShare: 0.33,
      steps: training.step,
      byTheClock: minutes !== undefined,
      responseTokens: training.tokens,
      peakLearningRate: rate,
      seconds: Math.round(seconds()),
    },
    createdAtMs: Date.now(),
  });
  console.error(
    `${out}: ${manifest.hash.slice(0, 12)}, ${training.step} steps, ${
      seconds().toFixed(0)
    } s, held-out loss ${loss.toFixed(4)}, ${(validity * 100).toFixed(1)} % parse`,
  );
}

/** Response tokens of a usual batch: the constant that a batch's sum is divided by. */
const meanTokens = 1200;

/** Linear warm-up over 100 steps, then a half cosine down to a fiftieth. */
function schedule(step: number, progress: number): number {
  const cosine = 0.02 + 0.98 * (1 + Math.cos(Math.PI * Math.min(1, progress))) / 2;
  return Math.min(1, (step + 1) / 100) * cosine;
}

/** Batches without end; 16 or so are cut from one stretch of corpus and come in random order. */
function* batches(
  seed: number,
  tokenizer: PolicyTokenizer,
  options: BatchOptions = {},
): Generator<TokenBatch, never> {
  const random = seededRandom(seedFrom("batches", seed));
  for (let number = 0;;) {
    const examples: Example[] = [];
    while (examples.length < 1000) examples.push(...chainAt(seed, number++));
    const cut = toBatches(examples, tokenizer, options);
    while (cut.length > 0) {
      const [batch] = cut.splice(Math.floor(random.next() * cut.length), 1);
      if (batch !== undefined) yield batch;
    }
  }
}

function held(seed: number, count: number): Example[] {
  return Array.from({ length: count }, (_, index) => chainAt(seed, heldOut + index)).flat();
}

/** Mean negative log-probability of a response's token, in nats, on text that is not trained on. */
async function meanLoss(
  trainer: LlamaTrainer,
  tokenizer: PolicyTokenizer,
  seed: number,
): Promise<number> {
  let [sum, tokens] = [0, 0];
  for (const batch of toBatches(held(seed, 60), tokenizer, { promptWeight: 0 })) {
    const lp = await trainer.logProbabilities(batch);
    for (let at = 0; at < lp.length; at++) sum -= (lp[at] ?? 0) * (batch.weights[at] ?? 0);
    tokens += batch.tokens;
  }
  return sum / tokens;
}

if (import.meta.main) {
  const options = new Command("pretrain")
    .description("Makes the shipped checkpoint from nothing: corpus, tokenizer, pretraining.")
    .option("--seed <number>", "seed of corpus, weights and order", Number, 1)
    .option("--steps <number>", "optimiser steps", Number, 6000)
    .option("--minutes <number>", "end by the clock instead", Number)
    .option("--rate <number>", "highest learning rate", Number, 3e-3)
    .option("--threads <number>", "threads", Number, 2)
    .option("--samples <number>", "responses sampled at the end", Number, 512)
    .option("--out <folder>", "where to write the checkpoint", "assets/policy")
    .parse(Deno.args, { from: "user" })
    .opts<PretrainOptions>();
  await pretrain(options);
}
