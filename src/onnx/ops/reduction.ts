import type { Value } from "../graph.ts";
import { defineSingle, demand } from "../operator.ts";
import { type Dim, isFloat, positiveAxis, type Shape, type TensorType } from "../tensor.ts";
import { mul } from "./arithmetic.ts";
import { expandTo, reshape } from "./shape.ts";

interface Reduction {
  readonly axes: readonly number[];
  readonly keep: boolean;
}

function reducedType(x: Value, { axes, keep }: Reduction): readonly TensorType[] {
  const shape = keep
    ? x.shape.map((dim, axis) => axes.includes(axis) ? 1 : dim)
    : x.shape.filter((_, axis) => !axes.includes(axis));
  return [{ dtype: x.dtype, shape }];
}

function emitReduction(name: string): NonNullable<Parameters<typeof reduction>[0]["emit"]> {
  return ({ inputs: [x], outputs: [y], attributes: { axes, keep } }, writer) =>
    writer.node(name, [x, writer.constant(BigInt64Array.from(axes, BigInt), [axes.length])], [y], {
      attributes: { keepdims: { int: keep ? 1 : 0 } },
    });
}

function reduction(
  operator: Parameters<typeof defineSingle<readonly [Value], Reduction>>[0],
): (x: Value, axes: readonly number[], keep?: boolean) => Value {
  const applyIt = defineSingle<readonly [Value], Reduction>(operator);
  return (x, axes, keep = false) =>
    applyIt([x], { axes: axes.map((axis) => positiveAxis(axis, x.shape.length)), keep });
}

/** Spreads a gradient over the axes that were reduced. */
function spread(dy: Value, x: Value, { axes }: Reduction): Value {
  const kept: Shape = x.shape.map((dim, axis) => axes.includes(axis) ? 1 : dim);
  return expandTo(reshape(dy, kept), x);
}

/** The sum over some axes, which stay with length 1 if `keep`. */
export const reduceSum = reduction({
  name: "ReduceSum",
  types: ([x], attributes) => reducedType(x, attributes),
  emit: emitReduction("ReduceSum"),
  gradient: ({ inputs: [x], attributes }, [dy]) => [dy && spread(dy, x, attributes)],
});

/** The mean over some axes of fixed length. */
export const reduceMean = reduction({
  name: "ReduceMean",
  types: ([x], attributes) => reducedType(x, attributes),
  emit: emitReduction("ReduceMean"),
  gradient: ({ inputs: [x], attributes }, [dy]) => {
    const count = attributes.axes.reduce((product, axis) => product * fixed(x.shape[axis], x), 1);
    return [dy && mul(spread(dy, x, attributes), 1 / count)];
  },
});

/** The greatest element over some axes. It has no gradient rule. */
export const reduceMax = reduction({
  name: "ReduceMax",
  types: ([x], attributes) => reducedType(x, attributes),
  emit: emitReduction("ReduceMax"),
});

/** The least element over some axes. It has no gradient rule. */
export const reduceMin = reduction({
  name: "ReduceMin",
  types: ([x], attributes) => reducedType(x, attributes),
  emit: emitReduction("ReduceMin"),
});

const cumulativeSumOperator = defineSingle<readonly [Value], { readonly axis: number }>({
  name: "CumSum",
  types: ([x]) => [x],
  emit: ({ inputs: [x], outputs: [y], attributes: { axis } }, writer) =>
    writer.node("CumSum", [x, writer.constant(BigInt64Array.of(BigInt(axis)), [])], [y]),
});

/** Running sums along an axis. It has no gradient rule. */
export function cumulativeSum(x: Value, axis: number): Value {
  demand(isFloat(x.dtype), "CumSum", x);
  return cumulativeSumOperator([x], { axis: positiveAxis(axis, x.shape.length) });
}

function fixed(dim: Dim | undefined, x: Value): number {
  if (typeof dim === "number") return dim;
  throw new RangeError(
    `cannot differentiate ReduceMean of '${x.name}': axis '${dim}' has no fixed length`,
  );
}
