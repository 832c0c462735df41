import { z } from "zod";
import { seededRandom } from "../../src/core/random.ts";
import { Graph, OnnxSession, ops, type Tensor } from "../../src/onnx/mod.ts";
import { initParameters, type LlamaConfig } from "../../src/policy/llama/mod.ts";
// Not by the room's door: a profile needs the very graph that a trainer hides.
import { tokens } from "../../src/policy/llama/batches.ts";
import { trainingGraph } from "../../src/policy/llama/training_graph.ts";
import { median } from "./interleave.ts";
import { stepOperations } from "./models.ts";
import { randomBatch, timed } from "./ours.ts";

/** Where the time of a training step goes. */
export interface Floor {
  /** Operations of the step's matrix products, in billions. */
  readonly gigaOperations: number;
  /** What one large product reaches on this machine, in billions a second. */
  readonly gemmRate: number;
  /** The step, if it were nothing but products at that rate. */
  readonly floorMs: number;
  /** The step as it is, measured in turns with the products. */
  readonly stepMs: number;
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
    rates.push(product.operations / await timed(product.run));
    steps.push(await timed(plain.run));
  }
  await product.close();
  await plain.close();
  const stepSeconds = median(steps.slice(2));
  const operations = stepOperations(config, randomBatch(config));
  const gemmRate = median(rates.slice(2));
  const times = await profile(config, threads);
  const products = (times.get("Gemm") ?? 0) + (times.get("FusedGemm") ?? 0) +
    (times.get("MatMul") ?? 0) + (times.get("FusedMatMul") ?? 0);
  return {
    gigaOperations: operations / 1e9,
    gemmRate: gemmRate / 1e9,
    floorMs: operations / gemmRate * 1000,
    stepMs: stepSeconds * 1000,
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
  cat: z.string().optional(),
  name: z.string(),
  dur: z.number().optional(),
  args: z.object({ op_name: z.string().optional() }).optional(),
}));

/** Median seconds of a step by operator, from ONNX Runtime's own profile of some steps. */
async function profile(config: LlamaConfig, threads: number): Promise<Map<string, number>> {
  const folder = await Deno.makeTempDir({ prefix: "vivarium-profile-" });
  try {
    const step = await trainingStep(config, threads, `${folder}/step`);
    const runs = 8;
    let outside = 0;
    for (let i = 0; i < runs; i++) outside += await timed(step.run) / runs;
    step.endProfiling();
    await step.close();
    const [file] = Array.from(Deno.readDirSync(folder));
    const text = await Deno.readTextFile(`${folder}/${file?.name}`);
    const times = new Map<string, number>();
    for (const { cat, name, dur = 0, args } of eventsSchema.parse(JSON.parse(text))) {
      if (cat !== "Node" || !name.endsWith("_kernel_time") || args?.op_name === undefined) continue;
      const seconds = dur / 1e6 / runs;
      times.set(args.op_name, (times.get(args.op_name) ?? 0) + seconds);
      outside -= seconds;
    }
    return times.set("between operators: dispatch, copies in and out", Math.max(0, outside));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
