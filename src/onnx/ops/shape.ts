import type { Graph, Value } from "../graph.ts";
import { defineSingle, demand } from "../operator.ts";
import { type Dim, type Dtype, elementCount, sameShape, type Shape } from "../tensor.ts";
import { sumTo } from "./arithmetic.ts";

const shapeOperator = defineSingle<readonly [Value], { start: number; end: number }>({
  name: "Shape",
  types: (_, { start, end }) => [{ dtype: "int64", shape: [end - start] }],
  emit: ({ inputs: [x], outputs: [y], attributes: { start, end } }, writer) =>
    writer.node("Shape", [x], [y], { attributes: { start: { int: start }, end: { int: end } } }),
});

const joinOperator = defineSingle<readonly Value[]>({
  name: "JoinDims",
  types: (
    parts,
  ) => [{ dtype: "int64", shape: [elementCount(parts.flatMap((p) => p.shape[0] ?? 0))] }],
  emit: ({ inputs, outputs: [y] }, writer) =>
    writer.node("Concat", inputs, [y], { attributes: { axis: { int: 0 } } }),
});

const reshapeOperator = defineSingle<readonly [Value, Value], { readonly shape: Shape }>({
  name: "Reshape",
  types: ([x], { shape }) => [{ dtype: x.dtype, shape }],
  gradient: ({ inputs: [x] }, [dy]) => [dy && reshape(dy, x.shape)],
});

const expandOperator = defineSingle<readonly [Value, Value], { readonly shape: Shape }>({
  name: "Expand",
  types: ([x], { shape }) => [{ dtype: x.dtype, shape }],
  gradient: ({ inputs: [x] }, [dy]) => [dy && sumTo(dy, x.shape)],
});

const transposeOperator = defineSingle<readonly [Value], { readonly order: readonly number[] }>({
  name: "Transpose",
  types: ([x], { order }) => [{ dtype: x.dtype, shape: order.map((axis) => x.shape[axis] ?? 1) }],
  emit: ({ inputs: [x], outputs: [y], attributes: { order } }, writer) =>
    writer.node("Transpose", [x], [y], { attributes: { perm: { ints: order } } }),
  gradient: ({ attributes: { order } }, [dy]) => {
    const back = order.map((_, axis) => order.indexOf(axis));
    return [dy && transpose(dy, back)];
  },
});

/**
 * The same elements, in the same order, under another shape. Of axes known only by name, one may be
 * new (a product of others, say); the rest must be axes of a graph input.
 */
export function reshape(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  return reshapeOperator([x, runtimeShape(x, shape, true)], { shape });
}

/** Stretches axes of length 1 (and adds leading ones). */
export function expand(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  return expandOperator([x, runtimeShape(x, shape, false)], { shape });
}

/** Stretches a value to the shape of another. */
export function expandTo(x: Value, like: Value): Value {
  const { shape } = like;
  if (sameShape(x.shape, shape)) return x;
  if (shape.every((dim) => typeof dim === "number")) return expand(x, shape);
  const target = shapeOperator([like], { start: 0, end: shape.length });
  return expandOperator([x, target], { shape });
}

/** Puts the axes in another order. */
export function transpose(x: Value, order: readonly number[]): Value {
  const sorted = [...order].sort((a, b) => a - b);
  demand(sorted.length === x.shape.length && sorted.every((a, i) => a === i), "Transpose", x);
  return transposeOperator([x], { order });
}

const aboveDiagonalOperator = defineSingle<
  readonly [Value],
  { readonly length: Dim; readonly fill: Value }
>({
  name: "AboveDiagonal",
  types: (_, { length, fill }) => [{ dtype: fill.dtype, shape: [length, length] }],
  emit: ({ inputs: [shape], outputs: [y], attributes: { fill } }, writer) => {
    const full = writer.temporary();
    writer.node("Expand", [fill, shape], [full]);
    const first = writer.constant(BigInt64Array.of(1n), []);
    writer.node("Trilu", [full, first], [y], { attributes: { upper: { int: 1 } } });
  },
  gradient: () => [],
});

/** A square matrix with a number above its diagonal and zeros elsewhere: with −∞, a causal mask. */
export function aboveDiagonal(graph: Graph, dtype: Dtype, length: Dim, fill: number): Value {
  const one = graph.integers([1]);
  const value = graph.scalar(dtype, fill);
  return aboveDiagonalOperator([runtimeShape(one, [length, length], false)], {
    length,
    fill: value,
  });
}

// ONNX takes a shape as a tensor of int64, in which −1 stands for what is left.
function runtimeShape(x: Value, shape: Shape, mayInfer: boolean): Value {
  const named = shape.filter((dim) => typeof dim === "string");
  const { graph } = x;
  const inferred = mayInfer ? inferredName(graph, named) : undefined;
  if (named.every((dim) => dim === inferred)) {
    return graph.integers(shape.map((dim) => typeof dim === "number" ? dim : -1));
  }
  const parts = shape.map((dim) =>
    typeof dim === "number"
      ? graph.integers([dim])
      : dim === inferred
      ? graph.integers([-1])
      : runtimeDim(graph, dim)
  );
  return joinOperator(parts, {});
}

function inferredName(graph: Graph, named: readonly Dim[]): Dim | undefined {
  if (named.length === 1) return named[0];
  return named.find((dim) => findAxis(graph, dim) === undefined);
}

function runtimeDim(graph: Graph, dim: string): Value {
  const found = findAxis(graph, dim);
  if (found === undefined) {
    throw new RangeError(`cannot shape a value: no input of the graph has an axis '${dim}'`);
  }
  return shapeOperator([found.input], { start: found.axis, end: found.axis + 1 });
}

function findAxis(graph: Graph, dim: Dim): { input: Value; axis: number } | undefined {
  for (const input of graph.inputs) {
    const axis = input.shape.indexOf(dim);
    if (axis >= 0) return { input, axis };
  }
  return graph.parent === undefined ? undefined : findAxis(graph.parent, dim);
}
