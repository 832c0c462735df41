import { assertEquals, assertLess, assertThrows } from "@std/assert";
import { seededRandom, seedFrom } from "../../src/core/random.ts";
import { gradients, Graph, operators, ops, toGraphProto } from "../../src/onnx/mod.ts";
import { evaluate, gradientError } from "./numeric.ts";
import { constantRules, rules } from "./rules.ts";

Deno.test("every operator with a gradient rule has a finite-difference test", () => {
  const differentiable = operators().filter((o) => o.differentiable).map((o) => o.name);
  assertEquals(
    differentiable.sort(),
    [...Object.keys(rules), ...constantRules].sort(),
  );
});

for (const [name, draw] of Object.entries(rules)) {
  Deno.test(`the gradient of ${name} agrees with central differences in float64`, async () => {
    for (let trial = 0; trial < 8; trial++) {
      const random = seededRandom(seedFrom("rule", name, trial));
      const sample = draw(random);
      const error = await gradientError(random, sample);
      assertLess(error, sample.tolerance ?? 1e-7, `trial ${trial}: ${error}`);
    }
  });
}

Deno.test("gradients() adds up what flows through several paths", async () => {
  const { dx } = await evaluate((graph) => {
    const x = graph.input("x", "float64", [2]);
    const y = ops.add(ops.add(ops.mul(x, x), ops.exp(x)), ops.mul(x, 3));
    return { dx: gradients(ops.reduceSum(y, [0]), [x])[0] ?? y };
  }, { x: { data: Float64Array.of(0, 2), shape: [2] } });
  assertEquals(dx?.map((g) => +g.toFixed(9)), [4, +(4 + Math.exp(2) + 3).toFixed(9)]);
});

Deno.test("gradients() treats stopGradient() as a constant", async () => {
  const { dx } = await evaluate((graph) => {
    const x = graph.input("x", "float64", [1]);
    const y = ops.mul(ops.stopGradient(ops.mul(x, x)), x);
    return { dx: gradients(y, [x])[0] ?? y };
  }, { x: { data: Float64Array.of(3), shape: [1] } });
  assertEquals(dx, [9]);
});

Deno.test("gradients() fails when it is built if an operator on the way has no rule", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [3]);
  assertThrows(
    () => gradients(ops.reduceSum(ops.cumulativeSum(x, 0), [0]), [x]),
    RangeError,
    "operator 'CumSum' has no gradient rule",
  );
});

Deno.test("gradients() does not ask for a rule off the way", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [3]);
  const y = graph.input("y", "float32", [3]);
  gradients(ops.reduceSum(ops.mul(x, ops.cumulativeSum(y, 0)), [0]), [x]);
});

Deno.test("gradients() fails for what only the body of a loop reads", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [3]);
  const y = graph.input("y", "float32", [3]);
  const { carried: [sum = y] } = ops.loop({
    graph,
    turns: graph.scalar("int64", 2),
    begin: graph.constant(Uint8Array.of(1), []),
    carried: [y],
    body: (turn, [value = y]) => ({
      again: ops.less(turn, 5),
      carried: [ops.add(value, x)],
      gathered: [],
    }),
  });
  const loss = ops.add(sum, x);
  assertThrows(() => gradients(loss, [x]), RangeError, "operator 'Loop' has no gradient rule");
});

Deno.test("gradients() fails if an input has no influence", () => {
  const graph = new Graph();
  const x = graph.input("x", "float32", [3]);
  const y = graph.input("y", "float32", [3]);
  assertThrows(() => gradients(ops.exp(x), [y]), RangeError, "'y' has no influence");
});

Deno.test("a gradient that no output needs is not written", () => {
  const nodeCount = (wantBoth: boolean) => {
    const graph = new Graph();
    const a = graph.input("a", "float32", [4, 4]);
    const b = graph.input("b", "float32", [4, 4]);
    const [da, db] = gradients(ops.exp(ops.gemm(a, b)), [a, b]);
    if (da !== undefined) graph.output("da", da);
    if (wantBoth && db !== undefined) graph.output("db", db);
    return toGraphProto(graph).nodes.filter((node) => node.opType === "Gemm").length;
  };
  assertEquals([nodeCount(false), nodeCount(true)], [2, 3]);
});
