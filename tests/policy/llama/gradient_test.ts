import { assertGreater, assertLess } from "@std/assert";
import { OnnxSession, type Tensor } from "../../../src/onnx/mod.ts";
import { type LlamaConfig, parameterLayout } from "../../../src/policy/llama/mod.ts";
import { gradientGraph, type LossHead } from "../../../src/policy/llama/training_graph.ts";
import { configs, dice, distance, floats, lively, tokenIds } from "./support.ts";

const [batch, length] = [2, 7];
type Feeds = Record<string, Tensor>;

function feedsFor(config: LlamaConfig, dtype: "float32" | "float64"): Feeds {
  const random = dice(3);
  const array = dtype === "float32" ? Float32Array : Float64Array;
  const grid = (low: number, high: number): Tensor => ({
    data: array.from(floats(random, batch * length, low, high)),
    shape: [batch, length],
  });
  const ids = () => ({ data: tokenIds(config, random, batch * length), shape: [batch, length] });
  const parameters = lively(config, random);
  const scalar = (x: number) => ({ data: array.of(x), shape: [] });
  return {
    parameters: { data: array.from(parameters), shape: [parameters.length] },
    ids: ids(),
    targets: ids(),
    weights: grid(-1, 1),
    advantage: grid(-1, 1),
    // Around the log-probabilities of the lively model, so that ratios fall on either side of the bounds.
    old: grid(-7, -3),
    reference: grid(-7, -3),
    mask: {
      data: array.from(Array.from(new Uint8Array(batch * length), (_, i) => +(i % 3 > 0))),
      shape: [batch, length],
    },
    beta: scalar(0.3),
    clip_low: scalar(0.2),
    clip_high: scalar(0.28),
    scale: scalar(0.5),
  };
}

async function differentiated(
  config: LlamaConfig,
  head: LossHead,
  dtype: "float32" | "float64",
  probe: (run: (feeds: Feeds) => Promise<Record<string, Tensor>>, feeds: Feeds) => Promise<void>,
): Promise<void> {
  const graph = gradientGraph(config, head, dtype);
  const session = await OnnxSession.create(graph);
  const names = new Set(graph.inputs.map((input) => input.name));
  const run = (feeds: Feeds) =>
    session.run(Object.fromEntries(Object.entries(feeds).filter(([name]) => names.has(name))));
  try {
    await probe(run, feedsFor(config, dtype));
  } finally {
    await session.dispose();
  }
}

for (const [name, config] of Object.entries(configs)) {
  for (const head of ["pretrain", "reinforce"] as const) {
    Deno.test(`the gradient of the ${head} loss agrees with central differences (${name})`, async () => {
      let single: ArrayLike<number | bigint> = [];
      await differentiated(config, head, "float32", async (run, feeds) => {
        single = (await run(feeds))["gradient"]?.data ?? [];
      });
      await differentiated(config, head, "float64", async (run, feeds) => {
        const gradient = Float64Array.from((await run(feeds))["gradient"]?.data ?? [], Number);
        const greatest = gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
        assertGreater(greatest, 0.1);
        assertLess(distance(Array.from(single, Number), gradient) / greatest, 1e-4, "float32");
        const parameters = feeds["parameters"]?.data;
        if (!(parameters instanceof Float64Array)) throw new TypeError("no parameters");
        const random = dice(5);
        const lossAt = async (at: number, value: number) => {
          const before = parameters[at] ?? NaN;
          parameters[at] = value;
          const { loss } = await run(feeds);
          parameters[at] = before;
          return Number(loss?.data[0]);
        };
        for (const view of parameterLayout(config)) {
          for (let probe = 0; probe < 4; probe++) {
            const at = view.offset + Math.floor(random.next() * view.length);
            const value = parameters[at] ?? NaN;
            const step = 1e-5;
            const numeric = (await lossAt(at, value + step) - await lossAt(at, value - step)) /
              (2 * step);
            const error = Math.abs(numeric - (gradient[at] ?? NaN)) / greatest;
            assertLess(error, 1e-7, `${view.name}: ${gradient[at]} for ${numeric}`);
          }
        }
      });
    });
  }
}
