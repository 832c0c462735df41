import { cpuUsage } from "node:process";
import { seededRandom } from "../../src/core/random.ts";
import {
  initParameters,
  type LlamaConfig,
  LlamaSampler,
  LlamaTrainer,
  type PretrainBatch,
} from "../../src/policy/llama/mod.ts";
import { median } from "./median.ts";
import { trainingShape } from "./models.ts";

/** Tokens in a second, by the clock and by the processor time of all threads. */
export interface Figure {
  readonly perSecond: number;
  /** On a machine that is shared, the steadier of the two; with two threads it says nothing of speed. */
  readonly perCpuSecond: number;
}

/** Something that is measured in turns with others. */
export interface Contender {
  /** One turn. */
  measure(): Promise<Figure>;
  /** Frees what it holds. */
  close(): Promise<void>;
}

/** A batch like the reference's: random ids, every prediction of equal weight. */
export function randomBatch(config: LlamaConfig): PretrainBatch {
  const { batchSize, length } = trainingShape;
  const random = seededRandom(1);
  const count = batchSize * length;
  return {
    batchSize,
    length,
    ids: Int32Array.from(
      { length: batchSize * (length + 1) },
      () => Math.floor(random.next() * config.vocab_size),
    ),
    weights: new Float32Array(count).fill(1 / count),
  };
}

/** Whole training steps by `LlamaTrainer`: the median step of a turn, as the reference takes it. */
export async function ourTraining(
  config: LlamaConfig,
  threads: number,
  seconds: number,
): Promise<Contender> {
  const batch = randomBatch(config);
  const trainer = await LlamaTrainer.create(config, initParameters(config, seededRandom(1)), {
    threads,
  });
  const step = () => clocked(() => trainer.pretrainStep(batch));
  await step();
  return {
    measure: async () => {
      const times: Times[] = [];
      const end = performance.now() + seconds * 1000;
      // The first two of a turn are not counted, as the reference's are not.
      while (performance.now() < end || times.length < 5) times.push(await step());
      return figure(batch.batchSize * batch.length, times.slice(2), median);
    },
    close: () => trainer.dispose(),
  };
}

/** How much is decoded: prompt and answer of every row, in tokens. */
export interface DecodingShape {
  readonly rows: number;
  readonly prompt: number;
  readonly tokens: number;
}

/** Answers that are made in a turn of decoding; the best counts. */
export const answersOfATurn = 2;

/** Answers by `LlamaSampler`, prompts read included: the best of a turn. */
export async function ourDecoding(
  config: LlamaConfig,
  threads: number,
  { rows, prompt, tokens }: DecodingShape,
): Promise<Contender> {
  const random = seededRandom(1);
  const sampler = await LlamaSampler.create(config, initParameters(config, random), {
    promptLength: prompt,
    maxTokens: tokens,
    threads,
  });
  const requests = Array.from({ length: rows }, () => ({
    promptIds: Array.from({ length: prompt }, () => Math.floor(random.next() * config.vocab_size)),
    uniforms: Float32Array.from({ length: tokens }, () => random.next()),
    temperature: 1,
  }));
  // No token has this id: every answer is as long as it may be.
  const answer = () => clocked(() => sampler.sample(requests, -1));
  return {
    measure: async () => {
      const times: Times[] = [];
      for (let i = 0; i < answersOfATurn; i++) times.push(await answer());
      return figure(rows * tokens, times, (all) => Math.min(...all));
    },
    close: () => sampler.dispose(),
  };
}

/** How long something takes, in seconds. */
export async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return (performance.now() - start) / 1000;
}

/** Seconds, by the clock and by the processor. */
type Times = readonly [seconds: number, cpuSeconds: number];

async function clocked(run: () => Promise<unknown>): Promise<Times> {
  const before = cpuUsage();
  const seconds = await timed(run);
  const { user, system } = cpuUsage(before);
  return [seconds, (user + system) / 1e6];
}

function figure(
  tokens: number,
  times: readonly Times[],
  of: (times: readonly number[]) => number,
): Figure {
  const [seconds, cpuSeconds] = [times.map(([clock]) => clock), times.map(([, cpu]) => cpu)];
  return { perSecond: tokens / of(seconds), perCpuSecond: tokens / of(cpuSeconds) };
}
