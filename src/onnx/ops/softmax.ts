import type { Value } from "../graph.ts";
import { defineSingle, demand } from "../operator.ts";
import { isFloat } from "../tensor.ts";
import { mul, sub } from "./arithmetic.ts";
import { gatherElements, scatterAdd } from "./indexing.ts";
import { reduceSum } from "./reduction.ts";
import { reshape } from "./shape.ts";
import { exp } from "./unary.ts";

const softmaxOperator = defineSingle<readonly [Value]>({
  name: "Softmax",
  types: ([x]) => [x],
  gradient: ({ outputs: [y] }, [dy]) => {
    if (dy === undefined) return [];
    return [mul(y, sub(dy, reduceSum(mul(dy, y), [-1], true)))];
  },
});

const logSoftmaxOperator = defineSingle<readonly [Value]>({
  name: "LogSoftmax",
  types: ([x]) => [x],
  gradient: ({ outputs: [y] }, [dy]) => {
    if (dy === undefined) return [];
    return [sub(dy, mul(exp(y), reduceSum(dy, [-1], true)))];
  },
});

// The gradient of a picked log-probability is (onehot − softmax)·dy: a dense −softmax·dy with dy added
// at the picked places. No matrix of mostly zeros is ever made.
const pickOperator = defineSingle<readonly [Value, Value, Value]>({
  name: "PickLogSoftmax",
  types: ([logits, , index]) => [{ dtype: logits.dtype, shape: index.shape }],
  emit: ({ inputs: [, logSoftmax, index], outputs: [y] }, writer) => {
    const axes = writer.constant(BigInt64Array.of(-1n), [1]);
    const [column, picked] = [writer.temporary(), writer.temporary()];
    writer.node("Unsqueeze", [index, axes], [column]);
    writer.node("GatherElements", [logSoftmax, column], [picked], {
      attributes: { axis: { int: index.shape.length } },
    });
    writer.node("Squeeze", [picked, axes], [y]);
  },
  gradient: ({ inputs: [, logSoftmax, index] }, [dy]) => {
    if (dy === undefined) return [];
    const rank = logSoftmax.shape.length;
    const column = [...index.shape, 1];
    const upstream = reshape(dy, column);
    const dense = mul(exp(logSoftmax), mul(upstream, -1));
    return [scatterAdd(dense, reshape(index, column), upstream, rank - 1)];
  },
});

/** exp(x) / Σ exp(x) along the last axis. */
export function softmax(x: Value): Value {
  demand(isFloat(x.dtype), "Softmax", x);
  return softmaxOperator([x], {});
}

/** log softmax(x) along the last axis. */
export function logSoftmax(x: Value): Value {
  demand(isFloat(x.dtype), "LogSoftmax", x);
  return logSoftmaxOperator([x], {});
}

/**
 * log softmax(logits) at one index a row.
 *
 * @param logits [..., classes]
 * @param index [...]
 * @returns the picked log-probabilities [...], and the whole log softmax [..., classes], through
 *   which no gradient flows
 */
export function pickLogSoftmax(
  logits: Value,
  index: Value,
): { readonly picked: Value; readonly all: Value } {
  demand(logits.shape.length === index.shape.length + 1, "PickLogSoftmax", logits, index);
  const all = logSoftmax(logits);
  return { picked: pickOperator([logits, all, index], {}), all };
}

/** y[i] = x[i][index[i]]: one element a row. */
export function pick(x: Value, index: Value): Value {
  const column = reshape(index, [...index.shape, 1]);
  return reshape(gatherElements(x, column, -1), index.shape);
}
