import { z } from "zod";
import { seededRandom } from "../../src/core/random.ts";
import { Graph, OnnxSession, ops, type Tensor } from "../../src/onnx/mod.ts";
import { initParameters, type LlamaConfig } from "../../src/policy/llama/mod.ts";
// Not by the room's door: a profile needs the very graph that a trainer hides.
import { tokens } from "../../src/policy/llama/batches.ts";
import { trainingGraph } from "../../src/policy/llama/training_graph.ts";
import { median } from "./median.ts";
import { stepOperations } from "./models.ts";
import { randomBatch, timed } from "./ours.ts";

/** Where the time of a training step goes. */
export interface Floor {
  /** Operations of the step's matrix products, in billions. */
  readonly gigaOperations: number;
  /** What one large product reaches on this machine, in billions a second: the best of many. */
  readonly gemmRate: number;
  /** The step, if it were nothing but products at that rate. */
  readonly floorMs: number;
  /** The fastest step: of all, the one that the machine disturbed least, as the best product is. */
  readonly stepMs: number;
  /** The step in the middle. */
  readonly stepMedianMs: number;
  /** What the step's own products reach, in billions a second. */
  readonly productRate: number;
  /** Share of the step by kind of operator, largest first; they sum to 1. */
  readonly shares: Readonly<Record<string, number>>;
}

/** What an operator does in a training step, for people. */
const kinds: Readonly<Record<string, string>> = {
  Gemm: "weight products (Gemm)",
  FusedGemm: "weight products (Gemm)",
  MatMul: "attention products",
  FusedMatMul: "attention products",
  Split: "splitting and joining",
  Concat: "splitting and joining",
  Slice: "splitting and joining",
  Transpose: "transposing",
  ScatterElements: "embedding gradient",
  Softmax: "softmax",
  LogSoftmax: "softmax",
  SimplifiedLayerNormalization: "norms and rotary",
  RotaryEmbedding: "norms and rotary",
  Reshape: "reshaping",
  ReduceSum: "sums",
};
const elementwise = new Set(
  ["Mul", "Add", "Sub", "Div", "Sqrt", "Exp", "Neg", "Sum", "Sigmoid", "QuickGelu", "Min", "Max"],
);

/** Measures the floor of a training step and takes its time apart. */
export async function measureFloor(
  config: LlamaConfig,
  threads: number,
  seconds: number,
): Promise<Floor> {
  const product = await largeProduct(threads);
  const plain = await trainingStep(config, threads);
  const rates: number[] = [];
  const steps: number[] = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end || steps.length < 5) {
    for (let i = 0; i < 3; i++) rates.push(product.operations / await timed(product.run));
    steps.push(await timed(plain.run));
  }
  await product.close();
  await plain.close();
  const operations = stepOperations(config, randomBatch(config));
  const gemmRate = Math.max(...rates);
  const times = await profile(config, threads);
  const products = (times.get("Gemm") ?? 0) + (times.get("FusedGemm") ?? 0) +
    (times.get("MatMul") ?? 0) + (times.get("FusedMatMul") ?? 0);
  return {
    gigaOperations: operations / 1e9,
    gemmRate: gemmRate / 1e9,
    floorMs: operations / gemmRate * 1000,
    stepMs: Math.min(...steps) * 1000,
    stepMedianMs: median(steps) * 1000,
    productRate: operations / products / 1e9,
    shares: shares(times),
  };
}

/** Seconds by operator, and those of a run that no operator has, as shares by kind. */
function shares(times: ReadonlyMap<string, number>): Record<string, number> {
  const byKind = new Map<string, number>();
  let total = 0;
  for (const [operator, seconds] of times) {
    const kind = kinds[operator] ?? (elementwise.has(operator) ? "element by element" : operator);
    byKind.set(kind, (byKind.get(kind) ?? 0) + seconds);
    total += seconds;
  }
  return Object.fromEntries(
    [...byKind].sort(([, a], [, b]) => b - a).map(([kind, seconds]) => [kind, seconds / total]),
  );
}

interface Runnable {
  run(): Promise<unknown>;
  close(): Promise<void>;
}

/** A product of two square matrices, large enough for a kernel to show what it can. */
async function largeProduct(threads: number): Promise<Runnable & { operations: number }> {
  const side = 768;
  const graph = new Graph();
  const [a, b] = ["a", "b"].map((name) => graph.input(name, "float32", [side, side]));
  graph.output("c", ops.gemm(a!, b!, { transB: true }));
  const session = await OnnxSession.create(graph, { threads });
  const random = seededRandom(1);
  const square = (): Tensor => ({
    data: Float32Array.from({ length: side * side }, () => random.next() - 0.5),
    shape: [side, side],
  });
  const feeds = { a: square(), b: square() };
  return {
    operations: 2 * side ** 3,
    run: () => session.run(feeds),
    close: () => session.dispose(),
  };
}

/** The step that a trainer makes, from parameters that stay as they are. */
async function trainingStep(
  config: LlamaConfig,
  threads: number,
  profilePrefix?: string,
): Promise<Runnable & { endProfiling(): void }> {
  const session = await OnnxSession.create(trainingGraph(config, "pretrain"), {
    threads,
    ...(profilePrefix === undefined ? {} : { profilePrefix }),
  });
  const batch = randomBatch(config);
  const parameters = initParameters(config, seededRandom(1));
  const shape = [parameters.length];
  const zeros = () => ({ data: new Float32Array(parameters.length), shape });
  const scalar = (value: number) => ({ data: Float32Array.of(value), shape: [] });
  const feeds = {
    parameters: { data: parameters, shape },
    m: zeros(),
    v: zeros(),
    ...tokens(batch),
    weights: { data: Float32Array.from(batch.weights), shape: [batch.batchSize, batch.length] },
    learning_rate: scalar(3e-4),
    correction1: scalar(0.1),
    correction2: scalar(0.05),
  };
  return {
    run: () => session.run(feeds),
    close: () => session.dispose(),
    endProfiling: () => session.endProfiling(),
  };
}

const eventsSchema = z.array(z.object({
  name: z.string(),
  /** Microseconds. */
  ts: z.number(),
  dur: z.number(),
  args: z.object({ op_name: z.string().optional() }),
}));

/** Mean seconds of a step by operator, from ONNX Runtime's own profile of some steps. */
async function profile(config: LlamaConfig, threads: number): Promise<Map<string, number>> {
  const folder = await Deno.makeTempDir({ prefix: "vivarium-profile-" });
  try {
    const step = await trainingStep(config, threads, `${folder}/step`);
    const [warmUp, counted] = [1, 4];
    for (let i = 0; i < warmUp; i++) await step.run();
    let rest = 0;
    for (let i = 0; i < counted; i++) rest += await timed(step.run) / counted;
    step.endProfiling();
    await step.close();
    const [file] = Array.from(Deno.readDirSync(folder));
    const events = eventsSchema.parse(
      JSON.parse(await Deno.readTextFile(`${folder}/${file?.name}`)),
    );
    const runs = events.filter(({ name }) => name === "model_run").map(({ ts }) => ts);
    const from = runs.toSorted((a, b) => a - b)[warmUp] ?? NaN;
    const times = new Map<string, number>();
    for (const { name, ts, dur, args: { op_name } } of events) {
      if (!name.endsWith("_kernel_time") || op_name === undefined || !(ts >= from)) continue;
      const seconds = dur / 1e6 / counted;
      times.set(op_name, (times.get(op_name) ?? 0) + seconds);
      rest -= seconds;
    }
    return times.set("between operators, and copies in and out", Math.max(0, rest));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
