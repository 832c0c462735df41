import { gradients, Graph, OnnxSession, ops, type Tensor, type Value } from "../../src/onnx/mod.ts";
import type { Random } from "../../src/core/random.ts";

/** A graph to be tested: floats to differentiate by, and whatever else it needs as constants. */
export interface Sample {
  /** @default "float64" */
  readonly dtype?: "float32" | "float64";
  /** The step of the differences. @default 1e-5 */
  readonly step?: number;
  /** The worst error allowed, relative to the greatest element. @default 1e-7 */
  readonly tolerance?: number;
  /** Shapes of the inputs. */
  readonly shapes: readonly (readonly number[])[];
  /** Numbers of the inputs are drawn from this interval. @default [-2, 2] */
  readonly interval?: readonly [number, number];
  build(graph: Graph, inputs: readonly Value[]): Value;
}

/** Some numbers in an interval. */
export function numbers(
  random: Random,
  count: number,
  low = -2,
  high = 2,
): Float64Array<ArrayBuffer> {
  return Float64Array.from({ length: count }, () => low + (high - low) * random.next());
}

/** A whole number in [low, high]. */
export function whole(random: Random, low: number, high: number): number {
  return low + Math.floor(random.next() * (high - low + 1));
}

/** A product of dimensions. */
export function count(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/**
 * The worst error of a gradient against central differences, relative to the gradient's greatest
 * element. The function is Σ c · output with random c.
 */
export async function gradientError(random: Random, sample: Sample): Promise<number> {
  const graph = new Graph();
  const { shapes, interval: [low, high] = [-2, 2], dtype = "float64", step = 1e-5 } = sample;
  const array = dtype === "float64" ? Float64Array : Float32Array;
  const inputs = shapes.map((shape, i) => graph.input(`x${i}`, dtype, shape));
  const output = sample.build(graph, inputs);
  const outputShape = output.shape.map(Number);
  const weights = graph.constant(array.from(numbers(random, count(outputShape))), outputShape);
  const weighted = ops.mul(output, weights);
  const loss = ops.reduceSum(weighted, weighted.shape.map((_, axis) => axis));
  graph.output("loss", loss);
  gradients(loss, inputs).forEach((gradient, i) => graph.output(`dx${i}`, gradient));

  const session = await OnnxSession.create(graph, { optimization: "basic" });
  try {
    const values = shapes.map((shape) => array.from(numbers(random, count(shape), low, high)));
    const run = () =>
      session.run(Object.fromEntries(
        values.map((data, i): [string, Tensor] => [`x${i}`, { data, shape: shapes[i] ?? [] }]),
      ));
    const analytic = await run();
    let [worst, greatest] = [0, 1e-3];
    for (const [i, data] of values.entries()) {
      const gradient = analytic[`dx${i}`]?.data ?? [];
      for (const [at, value] of data.entries()) {
        const lossAt = async (shift: number) => {
          data[at] = value + shift;
          return Number((await run())["loss"]?.data[0]);
        };
        const numeric = (await lossAt(step) - await lossAt(-step)) / (2 * step);
        data[at] = value;
        worst = Math.max(worst, Math.abs(numeric - Number(gradient[at])));
        greatest = Math.max(greatest, Math.abs(numeric));
      }
    }
    return worst / greatest;
  } finally {
    await session.dispose();
  }
}

/** Builds a graph, runs it once, gives its outputs as plain numbers. */
export async function evaluate(
  build: (graph: Graph) => Readonly<Record<string, Value>>,
  feeds: Readonly<Record<string, Tensor>> = {},
  options: Parameters<typeof OnnxSession.create>[1] = {},
): Promise<Record<string, number[]>> {
  const graph = new Graph();
  for (const [name, value] of Object.entries(build(graph))) graph.output(name, value);
  const session = await OnnxSession.create(graph, options);
  try {
    const outputs = await session.run(feeds);
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { data }]) => [name, Array.from(data, Number)]),
    );
  } finally {
    await session.dispose();
  }
}
