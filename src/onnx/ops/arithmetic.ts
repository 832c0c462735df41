import type { Value } from "../graph.ts";
import { defineSingle, demand } from "../operator.ts";
import { broadcastShapes, sameShape, type Shape, type TensorType } from "../tensor.ts";
import { expandTo, reshape } from "./shape.ts";
import { reduceSum } from "./reduction.ts";

type Pair = readonly [Value, Value];

function broadcast(operator: string, [a, b]: Pair): readonly TensorType[] {
  demand(a.dtype === b.dtype, operator, a, b);
  return [{ dtype: a.dtype, shape: broadcastShapes(a.shape, b.shape) }];
}

const addOperator = defineSingle<Pair>({
  name: "Add",
  types: (inputs) => broadcast("Add", inputs),
  gradient: ({ inputs: [a, b] }, [dy]) => dy && [sumTo(dy, a.shape), sumTo(dy, b.shape)] || [],
});

const subOperator = defineSingle<Pair>({
  name: "Sub",
  types: (inputs) => broadcast("Sub", inputs),
  gradient: ({ inputs: [a, b] }, [dy]) => dy && [sumTo(dy, a.shape), neg(sumTo(dy, b.shape))] || [],
});

const mulOperator = defineSingle<Pair>({
  name: "Mul",
  types: (inputs) => broadcast("Mul", inputs),
  gradient: ({ inputs: [a, b] }, [dy]) =>
    dy && [sumTo(mul(dy, b), a.shape), sumTo(mul(dy, a), b.shape)] || [],
});

// d(a/b)/db = −(a/b)/b: the quotient is at hand.
const divOperator = defineSingle<Pair>({
  name: "Div",
  types: (inputs) => broadcast("Div", inputs),
  gradient: ({ inputs: [a, b], outputs: [y] }, [dy]) => {
    if (dy === undefined) return [];
    const quotient = div(dy, b);
    return [sumTo(quotient, a.shape), neg(sumTo(mul(quotient, y), b.shape))];
  },
});

const negOperator = defineSingle<readonly [Value]>({
  name: "Neg",
  types: ([x]) => [x],
  gradient: (_, [dy]) => [dy && neg(dy)],
});

const sumOperator = defineSingle<readonly Value[]>({
  name: "Sum",
  types: (values) => {
    const [first] = values;
    if (first === undefined) throw new RangeError("cannot apply Sum to no values");
    demand(values.every((v) => v.dtype === first.dtype), "Sum", ...values);
    return [{
      dtype: first.dtype,
      shape: values.map((v) => v.shape).reduce(broadcastShapes),
    }];
  },
  gradient: ({ inputs }, [dy]) => inputs.map((input) => dy && sumTo(dy, input.shape)),
});

/** a + b, broadcasting. */
export function add(a: Value, b: Value | number): Value {
  return addOperator([a, lift(b, a)], {});
}

/** a − b, broadcasting. */
export function sub(a: Value | number, b: Value | number): Value {
  const like = typeof a === "number" ? b : a;
  if (typeof like === "number") throw new RangeError("cannot apply Sub to two numbers");
  return subOperator([lift(a, like), lift(b, like)], {});
}

/** a · b element by element, broadcasting. */
export function mul(a: Value, b: Value | number): Value {
  return mulOperator([a, lift(b, a)], {});
}

/** a / b, broadcasting. */
export function div(a: Value, b: Value | number): Value {
  return divOperator([a, lift(b, a)], {});
}

/** −x. */
export function neg(x: Value): Value {
  return negOperator([x], {});
}

/** The sum of at least one value, broadcasting. */
export function addN(values: readonly Value[]): Value {
  const [first, second, ...rest] = values;
  if (first === undefined) throw new RangeError("cannot add up no values");
  if (second === undefined) return first;
  return rest.length === 0 ? add(first, second) : sumOperator(values, {});
}

/** A tensor of ones, shaped like another. */
export function onesLike(x: Value): Value {
  return expandTo(x.graph.scalar(x.dtype, 1), x);
}

/**
 * Undoes a broadcast: the sum over every axis along which `shape` was stretched to that of `x`. It is
 * the gradient of broadcasting.
 */
export function sumTo(x: Value, shape: Shape): Value {
  if (sameShape(x.shape, shape)) return x;
  const extra = x.shape.length - shape.length;
  const axes = x.shape.flatMap((dim, axis) =>
    axis < extra || shape[axis - extra] !== dim ? [axis] : []
  );
  const sum = reduceSum(x, axes, true);
  return extra === 0 ? sum : reshape(sum, shape);
}

function lift(x: Value | number, like: Value): Value {
  return typeof x === "number" ? like.graph.scalar(like.dtype, x) : x;
}
