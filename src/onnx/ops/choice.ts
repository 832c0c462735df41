import type { Value } from "../graph.ts";
import { defineSingle, demand } from "../operator.ts";
import { broadcastShapes } from "../tensor.ts";
import { sumTo } from "./arithmetic.ts";
import { zerosLike } from "./joining.ts";

type Pair = readonly [Value, Value];

function comparison(name: string): (a: Value, b: Value | number) => Value {
  const applyIt = defineSingle<Pair>({
    name,
    types: ([a, b]) => {
      demand(a.dtype === b.dtype, name, a, b);
      return [{ dtype: "bool", shape: broadcastShapes(a.shape, b.shape) }];
    },
  });
  return (a, b) => applyIt([a, typeof b === "number" ? a.graph.scalar(a.dtype, b) : b], {});
}

/** a < b. */
export const less = comparison("Less");
/** a ≤ b. */
export const lessOrEqual = comparison("LessOrEqual");
/** a > b. */
export const greater = comparison("Greater");
/** a = b. */
export const equal = comparison("Equal");
/** a and b, of bools. */
export const and = comparison("And");
/** a or b, of bools. */
export const or = comparison("Or");

const notOperator = defineSingle<readonly [Value]>({ name: "Not", types: ([x]) => [x] });

/** not x, of bools. */
export function not(x: Value): Value {
  demand(x.dtype === "bool", "Not", x);
  return notOperator([x], {});
}

const whereOperator = defineSingle<readonly [Value, Value, Value]>({
  name: "Where",
  types: ([condition, yes, no]) => {
    demand(condition.dtype === "bool" && yes.dtype === no.dtype, "Where", condition, yes, no);
    const shape = broadcastShapes(condition.shape, broadcastShapes(yes.shape, no.shape));
    return [{ dtype: yes.dtype, shape }];
  },
  gradient: ({ inputs: [condition, yes, no] }, [dy]) => {
    if (dy === undefined) return [];
    const zeros = zerosLike(dy);
    return [
      undefined,
      sumTo(where(condition, dy, zeros), yes.shape),
      sumTo(where(condition, zeros, dy), no.shape),
    ];
  },
});

/** `yes` where the condition holds, else `no`; all three broadcast. */
export function where(condition: Value, yes: Value, no: Value): Value {
  return whereOperator([condition, yes, no], {});
}

function pairwise(name: string): (a: Value, b: Value | number) => Value {
  const applyIt = defineSingle<Pair>({
    name,
    types: ([a, b]) => {
      demand(a.dtype === b.dtype, name, a, b);
      return [{ dtype: a.dtype, shape: broadcastShapes(a.shape, b.shape) }];
    },
  });
  return (a, b) => applyIt([a, typeof b === "number" ? a.graph.scalar(a.dtype, b) : b], {});
}

/** The lesser of two, element by element. It has no gradient rule. */
export const minimum = pairwise("Min");
/** The greater of two, element by element. It has no gradient rule. */
export const maximum = pairwise("Max");
