import type { Value } from "../graph.ts";
import { define, defineSingle, demand } from "../operator.ts";
import { type Dim, positiveAxis, type Shape } from "../tensor.ts";

const concatOperator = defineSingle<
  readonly Value[],
  { readonly axis: number; readonly length: Dim }
>({
  name: "Concat",
  types: (values, { axis, length }) => {
    const [first] = values;
    if (first === undefined) throw new RangeError("cannot apply Concat to no values");
    demand(
      values.every((v) =>
        v.dtype === first.dtype && v.shape.length === first.shape.length &&
        v.shape.every((dim, i) => i === axis || dim === first.shape[i])
      ),
      "Concat",
      ...values,
    );
    return [{ dtype: first.dtype, shape: withAxis(first.shape, axis, length) }];
  },
  emit: ({ inputs, outputs: [y], attributes: { axis } }, writer) =>
    writer.node("Concat", inputs, [y], { attributes: { axis: { int: axis } } }),
  gradient: ({ inputs, attributes: { axis } }, [dy]) =>
    dy && split(dy, axis, inputs.map((input) => fixed(input, axis))) || [],
});

const splitOperator = define<readonly [Value], { readonly axis: number; sizes: readonly number[] }>(
  {
    name: "Split",
    types: ([x], { axis, sizes }) =>
      sizes.map((size) => ({ dtype: x.dtype, shape: withAxis(x.shape, axis, size) })),
    emit: ({ inputs: [x], outputs, attributes: { axis, sizes } }, writer) =>
      writer.node(
        "Split",
        [x, writer.constant(BigInt64Array.from(sizes, BigInt), [sizes.length])],
        outputs,
        { attributes: { axis: { int: axis } } },
      ),
    gradient: ({ inputs: [x], outputs, attributes: { axis } }, outputGradients) => {
      if (outputGradients.every((dy) => dy === undefined)) return [];
      const parts = outputs.map((output, index) => outputGradients[index] ?? zerosLike(output));
      return [concat(parts, axis, x.shape[axis])];
    },
  },
);

// No gradient: training knows its sizes.
const splitByOperator = define<
  readonly [Value, Value],
  { readonly axis: number; readonly names: readonly string[] }
>({
  name: "SplitBy",
  types: ([x], { axis, names }) =>
    names.map((name) => ({ dtype: x.dtype, shape: withAxis(x.shape, axis, name) })),
  emit: ({ inputs, outputs, attributes: { axis } }, writer) =>
    writer.node("Split", inputs, outputs, { attributes: { axis: { int: axis } } }),
});

const sliceOperator = defineSingle<readonly [Value], { axis: number; start: number; end: number }>({
  name: "Slice",
  types: ([x], { axis, start, end }) => [
    { dtype: x.dtype, shape: withAxis(x.shape, axis, end - start) },
  ],
  emit: ({ inputs: [x], outputs: [y], attributes: { axis, start, end } }, writer) => {
    const one = (number: number) => writer.constant(BigInt64Array.of(BigInt(number)), [1]);
    writer.node("Slice", [x, one(start), one(end), one(axis)], [y]);
  },
  gradient: ({ inputs: [x], attributes: { axis, start, end } }, [dy]) => [
    dy && pad(dy, axis, start, fixed(x, axis) - end),
  ],
});

const padOperator = defineSingle<
  readonly [Value],
  { readonly axis: number; readonly before: number; readonly after: number }
>({
  name: "Pad",
  types: ([x], { axis, before, after }) => [
    { dtype: x.dtype, shape: withAxis(x.shape, axis, before + fixed(x, axis) + after) },
  ],
  emit: ({ inputs: [x], outputs: [y], attributes: { axis, before, after } }, writer) => {
    const rank = x.shape.length;
    const pads = new BigInt64Array(2 * rank);
    pads[axis] = BigInt(before);
    pads[rank + axis] = BigInt(after);
    writer.node("Pad", [x, writer.constant(pads, [2 * rank])], [y]);
  },
  gradient: ({ inputs: [x], attributes: { axis, before } }, [dy]) => [
    dy && slice(dy, axis, before, before + fixed(x, axis)),
  ],
});

const zerosOperator = defineSingle<readonly [Value]>({
  name: "ZerosLike",
  types: ([x]) => [x],
  // Multiplying by zero would keep NaN and infinity.
  emit: ({ inputs: [x], outputs: [y] }, writer) => {
    const shape = writer.temporary();
    writer.node("Shape", [x], [shape]);
    writer.node("Expand", [x.graph.scalar(x.dtype, 0), shape], [y]);
  },
  gradient: () => [],
});

/**
 * Values one after another along an axis.
 *
 * @param length the axis' length, if it cannot be computed (two axes known only by name)
 */
export function concat(values: readonly Value[], axis: number, length?: Dim): Value {
  const positive = positiveAxis(axis, values[0]?.shape.length ?? 0);
  const dims = values.map((v) => v.shape[positive] ?? 1);
  const sum = dims.every((dim) => typeof dim === "number")
    ? dims.reduce((a, b) => a + b, 0)
    : dims.join("+");
  return concatOperator(values, { axis: positive, length: length ?? sum });
}

/** Cuts an axis into pieces of given sizes. */
export function split(x: Value, axis: number, sizes: readonly number[]): readonly Value[] {
  const positive = positiveAxis(axis, x.shape.length);
  demand(sizes.reduce((a, b) => a + b, 0) === x.shape[positive], "Split", x);
  return splitOperator([x], { axis: positive, sizes });
}

/**
 * Cuts an axis into pieces whose sizes are known only when the graph runs.
 *
 * @param sizes int64 [pieces]; they sum to the axis
 * @param names a name for the length of each piece
 */
export function splitBy(
  x: Value,
  axis: number,
  sizes: Value,
  names: readonly string[],
): readonly Value[] {
  demand(sizes.dtype === "int64" && sizes.shape[0] === names.length, "SplitBy", x, sizes);
  return splitByOperator([x, sizes], { axis: positiveAxis(axis, x.shape.length), names });
}

/** Elements `start` (inclusive) to `end` (exclusive) of an axis; both counted from the front. */
export function slice(x: Value, axis: number, start: number, end: number): Value {
  const positive = positiveAxis(axis, x.shape.length);
  const length = x.shape[positive];
  demand(0 <= start && start <= end && (typeof length !== "number" || end <= length), "Slice", x);
  return sliceOperator([x], { axis: positive, start, end });
}

/** Zeros before and after an axis of fixed length. */
export function pad(x: Value, axis: number, before: number, after: number): Value {
  return padOperator([x], { axis: positiveAxis(axis, x.shape.length), before, after });
}

/** Zeros, shaped like another value. */
export function zerosLike(x: Value): Value {
  return zerosOperator([x], {});
}

function withAxis(shape: Shape, axis: number, length: Dim): Shape {
  return shape.map((dim, i) => i === axis ? length : dim);
}

function fixed(x: Value, axis: number): number {
  const dim = x.shape[axis];
  if (typeof dim === "number") return dim;
  throw new RangeError(`cannot cut or pad '${x.name}': axis '${dim}' has no fixed length`);
}
