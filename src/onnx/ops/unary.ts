import type { Value } from "../graph.ts";
import { defineSingle, demand, type Gradient } from "../operator.ts";
import { type Dtype, dtypes, isFloat } from "../tensor.ts";
import { add, div, mul, neg, sub } from "./arithmetic.ts";

/** An element-wise function of one value; the rule has x, y = f(x) and dy. */
function unary(
  name: string,
  gradient: (x: Value, y: Value, dy: Value) => Value,
): (x: Value) => Value {
  const applyIt = defineSingle<readonly [Value]>({
    name,
    types: ([x]) => {
      demand(isFloat(x.dtype), name, x);
      return [x];
    },
    gradient: ({ inputs: [x], outputs: [y] }, [dy]): readonly Gradient[] => [
      dy && gradient(x, y, dy),
    ],
  });
  return (x) => applyIt([x], {});
}

/** eˣ. */
export const exp = unary("Exp", (_, y, dy) => mul(dy, y));

/** The natural logarithm. */
export const log = unary("Log", (x, _, dy) => div(dy, x));

/** √x. */
export const sqrt = unary("Sqrt", (_, y, dy) => div(mul(dy, 0.5), y));

/** Hyperbolic tangent. */
export const tanh = unary("Tanh", (_, y, dy) => mul(dy, sub(1, mul(y, y))));

/** 1 / (1 + e⁻ˣ). */
export const sigmoid = unary("Sigmoid", (_, y, dy) => mul(dy, mul(y, sub(1, y))));

/** The error function; its derivative is 2/√π · exp(−x²). */
export const erf = unary(
  "Erf",
  (x, _, dy) => mul(dy, mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI))),
);

const siluOperator = defineSingle<readonly [Value]>({
  name: "SiLU",
  types: ([x]) => [x],
  emit: ({ inputs: [x], outputs: [y] }, writer) => {
    const s = writer.temporary();
    writer.node("Sigmoid", [x], [s]);
    writer.node("Mul", [x, s], [y]);
  },
  // With s = sigmoid(x) and y = x·s: y′ = s + y·(1 − s).
  gradient: ({ inputs: [x], outputs: [y] }, [dy]) => {
    if (dy === undefined) return [];
    const s = sigmoid(x);
    return [mul(dy, add(s, mul(y, sub(1, s))))];
  },
});

/** x · sigmoid(x) (Hendrycks & Gimpel 2016; also called swish). */
export function silu(x: Value): Value {
  demand(isFloat(x.dtype), "SiLU", x);
  return siluOperator([x], {});
}

const stopOperator = defineSingle<readonly [Value]>({
  name: "StopGradient",
  types: ([x]) => [x],
  emit: ({ inputs: [x], outputs: [y] }, writer) => writer.node("Identity", [x], [y]),
  gradient: () => [],
});

/** The same numbers, through which no gradient flows. */
export function stopGradient(x: Value): Value {
  return stopOperator([x], {});
}

// onnx.proto3, TensorProto.DataType
const dataTypes: Readonly<Record<Dtype, number>> = {
  float32: 1,
  float64: 11,
  int32: 6,
  int64: 7,
  bool: 9,
};

const castOperator = defineSingle<readonly [Value], { readonly dtype: Dtype }>({
  name: "Cast",
  types: ([x], { dtype }) => [{ dtype, shape: x.shape }],
  emit: ({ inputs: [x], outputs: [y], attributes: { dtype } }, writer) =>
    writer.node("Cast", [x], [y], { attributes: { to: { int: dataTypes[dtype] } } }),
  gradient: ({ inputs: [x] }, [dy]) => [dy && isFloat(x.dtype) ? cast(dy, x.dtype) : undefined],
});

/** The numbers as another element type. */
export function cast(x: Value, dtype: Dtype): Value {
  demand(dtypes.includes(dtype), "Cast", x);
  return x.dtype === dtype ? x : castOperator([x], { dtype });
}
