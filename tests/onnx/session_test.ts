import { assert, assertEquals, assertLess, assertNotEquals, assertRejects } from "@std/assert";
import { seededRandom } from "../../src/core/random.ts";
import {
  gradients,
  Graph,
  OnnxSession,
  ops,
  ResidentState,
  type Value,
} from "../../src/onnx/mod.ts";
import { count, evaluate, numbers, whole } from "./numeric.ts";

Deno.test("the embedding gradient has the same bits for 1, 2 and 4 threads, and from run to run", async () => {
  const random = seededRandom(7);
  const [rows, width, picks] = [50, 128, 4096];
  // Few rows and many picks: every row is hit by many threads at once.
  const ids = Int32Array.from({ length: picks }, () => whole(random, 0, rows - 1));
  const upstream = Float32Array.from(numbers(random, picks * width));
  const build = (graph: Graph) => {
    const table = graph.input("table", "float32", [rows, width]);
    const picked = ops.gather(table, graph.input("ids", "int32", ["picks"]));
    const weighted = ops.mul(picked, graph.input("upstream", "float32", ["picks", width]));
    return { gradient: gradients(weighted, [table])[0] ?? table };
  };
  const feeds = {
    table: { data: new Float32Array(rows * width), shape: [rows, width] },
    ids: { data: ids, shape: [picks] },
    upstream: { data: upstream, shape: [picks, width] },
  };
  const expected = new Float64Array(rows * width);
  ids.forEach((row, i) => {
    for (let j = 0; j < width; j++) expected[row * width + j]! += upstream[i * width + j]!;
  });
  const first = await evaluate(build, feeds, { threads: 1 });
  const worst = Math.max(
    ...(first["gradient"] ?? []).map((g, i) => Math.abs(g - (expected[i] ?? NaN))),
  );
  assertLess(worst, 1e-3);
  for (const threads of [1, 2, 2, 4, 4]) {
    assertEquals(await evaluate(build, feeds, { threads }), first, `${threads} threads`);
  }
});

const kernels: Record<
  string,
  (graph: Graph, dtype: "float32" | "float64") => [number[][], (x: Value[]) => Value]
> = {
  RMSNorm: () => [[[3, 5, 16], [16]], ([x, g]) => ops.rmsNorm(x!, g!, 1e-5)],
  MatMul: () => [
    [[2, 3, 8, 4], [2, 3, 6, 8]],
    ([a, b]) => ops.matmul(a!, b!, { transA: true, transB: true, alpha: 0.3 }),
  ],
  Rotary: (graph, dtype) => {
    const angles = Float64Array.from({ length: 9 * 4 }, (_, i) => Math.floor(i / 4) / (1 + i % 4));
    const table = (f: (x: number) => number) =>
      graph.constant(dtype === "float32" ? Float32Array.from(angles.map(f)) : angles.map(f), [
        9,
        4,
      ]);
    return [
      [[2, 5, 24]],
      ([x]) => ops.rotary(x!, graph.integers([3]), table(Math.cos), table(Math.sin)),
    ];
  },
};

for (const [name, make] of Object.entries(kernels)) {
  Deno.test(`${name} has the same results and gradients in float32 as composed in float64`, async () => {
    const results = [];
    for (const dtype of ["float32", "float64"] as const) {
      const random = seededRandom(11);
      const array = dtype === "float32" ? Float32Array : Float64Array;
      const graph = new Graph();
      const [shapes, apply] = make(graph, dtype);
      const inputs = shapes.map((shape, i) => graph.input(`x${i}`, dtype, shape));
      const y = apply(inputs);
      const shape = y.shape.map(Number);
      const weights = graph.constant(array.from(numbers(random, count(shape))), shape);
      graph.output("y", y);
      gradients(ops.mul(y, weights), inputs).forEach((g, i) => graph.output(`dx${i}`, g));
      const session = await OnnxSession.create(graph);
      const feeds = shapes.map((s, i) =>
        [`x${i}`, { data: array.from(numbers(random, count(s))), shape: s }] as const
      );
      results.push(await session.run(Object.fromEntries(feeds)));
      await session.dispose();
    }
    const [single = {}, double = {}] = results;
    for (const [output, { data }] of Object.entries(double)) {
      const other = Array.from(single[output]?.data ?? [], Number);
      assertEquals(other.length, data.length);
      const worst = Math.max(...other.map((x, i) => Math.abs(x - Number(data[i]))));
      assertLess(worst, 1e-5, output);
    }
  });
}

Deno.test("loop() carries, gathers, grows and ends early", async () => {
  const results = await evaluate((graph) => {
    const start = graph.input("start", "float32", [1]);
    const outside = ops.mul(start, 10);
    const { carried, gathered } = ops.loop({
      graph,
      turns: graph.scalar("int64", 100),
      begin: graph.constant(Uint8Array.of(1), []),
      carried: [start, start],
      growing: [[1, 0, "past"]],
      body: (turn, [value = start, list = start]) => {
        const next = ops.add(value, outside);
        return {
          again: ops.less(turn, 2),
          carried: [next, ops.concat([list, next], 0, "seen")],
          gathered: [ops.cast(turn, "float32")],
        };
      },
    });
    return { last: carried[0] ?? start, list: carried[1] ?? start, turns: gathered[0] ?? start };
  }, { start: { data: Float32Array.of(1), shape: [1] } });
  assertEquals(results, { last: [31], list: [1, 11, 21, 31], turns: [0, 1, 2] });
});

Deno.test("what depends on no turn stands outside of a loop's body", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [2]);
  let inside: Value | undefined, outside: Value | undefined;
  ops.loop({
    graph,
    turns: graph.scalar("int64", 2),
    begin: graph.constant(Uint8Array.of(1), []),
    carried: [x],
    body: (turn, [value = x]) => {
      [outside, inside] = [ops.exp(x), ops.exp(value)];
      return { again: ops.less(turn, 5), carried: [ops.add(outside, inside)], gathered: [] };
    },
  });
  assertEquals(outside?.graph, graph);
  assertNotEquals(inside?.graph, graph);
});

Deno.test("a graph's outputs may be inputs, constants, and one value twice", async () => {
  const results = await evaluate((graph) => {
    const x = graph.input("x", "float32", [2]);
    const y = ops.neg(x);
    return { same: x, fixed: graph.constant(Int32Array.of(4), [1]), one: y, two: y };
  }, { x: { data: Float32Array.of(1, 2), shape: [2] } });
  assertEquals(results, { same: [1, 2], fixed: [4], one: [-1, -2], two: [-1, -2] });
});

Deno.test("axes known only by name fit any length, forward and backward", async () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", ["batch", "length", 6]);
  const w = graph.input("w", "float32", [6]);
  const y = ops.transpose(ops.reshape(ops.mul(x, w), ["batch", "length", 2, 3]), [0, 2, 1, 3]);
  const flat = ops.reshape(ops.softmax(y), ["rows", 3]);
  const loss = ops.reduceSum(ops.mul(flat, flat), [0, 1]);
  const [dx = x, dw = w] = gradients(loss, [x, w]);
  graph.output("dx", dx);
  graph.output("dw", dw);
  const session = await OnnxSession.create(graph);
  for (const [batch, length] of [[1, 1], [2, 5], [3, 2]] as const) {
    const shape = [batch, length, 6];
    const outputs = await session.run({
      x: { data: Float32Array.from({ length: count(shape) }, (_, i) => Math.sin(i)), shape },
      w: { data: new Float32Array(6).fill(1), shape: [6] },
    });
    assertEquals(outputs["dx"]?.shape, shape);
    assertEquals(outputs["dw"]?.shape, [6]);
    assert(outputs["dx"]?.data.every((g) => Number.isFinite(Number(g))));
  }
  await session.dispose();
});

Deno.test("ResidentState feeds a session's outputs into the next run", async () => {
  const graph = new Graph();
  const total = graph.input("total", "float32", [1]);
  const by = graph.input("by", "float32", [1]);
  graph.output("total_next", ops.add(total, by));
  graph.output("doubled", ops.mul(total, 2));
  const session = await OnnxSession.create(graph);
  const one = (x: number) => ({ data: Float32Array.of(x), shape: [1] });
  const state = new ResidentState({ total_next: "total" }, { total: one(1) });
  assertEquals(Object.keys(await state.step(session, { by: one(2) })), ["doubled"]);
  await state.step(session, { by: one(4) });
  assertEquals(state.read("total").data, Float32Array.of(7));
  state.write("total", one(100));
  const { doubled } = await state.step(session, { by: one(0) });
  assertEquals(doubled?.data, Float32Array.of(200));
  await session.dispose();
});

Deno.test("a run does not keep or change the arrays that it was fed", async () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [3]);
  graph.output("y", ops.add(x, 1));
  graph.output("same", x);
  const session = await OnnxSession.create(graph);
  const data = Float32Array.of(1, 2, 3);
  const { y, same } = await session.run({ x: { data, shape: [3] } });
  data.fill(9);
  const again = await session.run({ x: { data, shape: [3] } });
  assertEquals([y?.data, same?.data], [Float32Array.of(2, 3, 4), Float32Array.of(1, 2, 3)]);
  assertEquals(again["y"]?.data, Float32Array.of(10, 10, 10));
  await session.dispose();
});

Deno.test("a session says which input is missing", async () => {
  const graph = new Graph();
  graph.output("y", ops.neg(graph.input("x", "float32", [3])));
  const session = await OnnxSession.create(graph);
  await assertRejects(() => session.run({}), Error, "x");
  await session.dispose();
});

Deno.test("the gradient of Gather is written as ScatterElements, never as ScatterND", () => {
  const graph = new Graph();
  const table = graph.input("table", "float32", [4, 2]);
  const [gradient] = gradients(ops.gather(table, graph.integers([1, 1, 3])), [table]);
  assertEquals(gradient?.node?.operator, "ScatterElements");
});
