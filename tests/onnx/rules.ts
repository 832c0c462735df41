import type { Random } from "../../src/core/random.ts";
import { type Graph, ops, type Value } from "../../src/onnx/mod.ts";
import { count, numbers, type Sample, whole } from "./numeric.ts";

/** Draws a sample for one operator. */
export type Draw = (random: Random) => Sample;

type Binary = (a: Value, b: Value) => Value;
type Unary = (x: Value) => Value;

function shapeOf(random: Random, rank = whole(random, 1, 3)): number[] {
  return Array.from({ length: rank }, () => whole(random, 1, 4));
}

/** A shape that broadcasts to another: some axes 1, some leading ones missing. */
function narrowed(random: Random, shape: readonly number[]): number[] {
  const kept = shape.slice(whole(random, 0, shape.length));
  return kept.map((dim) => random.next() < 0.4 ? 1 : dim);
}

function binary(f: Binary, interval: readonly [number, number] = [-2, 2]): Draw {
  return (random) => {
    const shape = shapeOf(random);
    const pair = [narrowed(random, shape), shape];
    if (random.next() < 0.5) pair.reverse();
    return { shapes: pair, interval, build: (_, [a, b]) => f(need(a), need(b)) };
  };
}

function unary(f: Unary, interval: readonly [number, number] = [-2, 2]): Draw {
  return (random) => ({
    shapes: [shapeOf(random)],
    interval,
    build: (_, [x]) => f(need(x)),
  });
}

function reduction(f: (x: Value, axes: readonly number[], keep: boolean) => Value): Draw {
  return (random) => {
    const shape = shapeOf(random);
    const axes = shape.map((_, axis) => axis).filter(() => random.next() < 0.6);
    const [first = 0, ...rest] = axes;
    const keep = random.next() < 0.5;
    return { shapes: [shape], build: (_, [x]) => f(need(x), [first, ...rest], keep) };
  };
}

function product(f: typeof ops.gemm, batched: boolean): Draw {
  return (random) => {
    const [m, k, n] = [whole(random, 1, 4), whole(random, 1, 4), whole(random, 1, 4)];
    const [transA, transB] = [random.next() < 0.5, random.next() < 0.5];
    const batch = batched ? shapeOf(random, whole(random, 0, 2)) : [];
    const batches = [narrowed(random, batch), batch];
    if (random.next() < 0.5) batches.reverse();
    const shapes = [
      [...batches[0] ?? [], ...(transA ? [k, m] : [m, k])],
      [...batches[1] ?? [], ...(transB ? [n, k] : [k, n])],
    ];
    const alpha = whole(random, 1, 3) / 2;
    return { shapes, build: (_, [a, b]) => f(need(a), need(b), { transA, transB, alpha }) };
  };
}

/** Indices below a bound, as a constant: int32 or int64, so that both kernels are tried. */
function indices(graph: Graph, random: Random, shape: readonly number[], bound: number): Value {
  const drawn = Array.from({ length: count(shape) }, () => whole(random, 0, bound - 1));
  return random.next() < 0.5
    ? graph.constant(Int32Array.from(drawn), shape)
    : graph.constant(BigInt64Array.from(drawn, BigInt), shape);
}

function bools(graph: Graph, random: Random, shape: readonly number[]): Value {
  return graph.constant(
    Uint8Array.from({ length: count(shape) }, () => +(random.next() < 0.5)),
    shape,
  );
}

/** A way to draw samples for every operator that has a rule, by the operator's name. */
export const rules: Readonly<Record<string, Draw>> = {
  Add: binary(ops.add),
  Sub: binary(ops.sub),
  Mul: binary(ops.mul),
  Div: binary(ops.div, [0.5, 2]),
  Neg: unary(ops.neg),
  Sum: (random) => {
    const shape = shapeOf(random);
    return {
      shapes: [narrowed(random, shape), shape, narrowed(random, shape)],
      build: (_, values) => ops.addN(values),
    };
  },
  Exp: unary(ops.exp),
  Log: unary(ops.log, [0.5, 2]),
  Sqrt: unary(ops.sqrt, [0.5, 2]),
  Tanh: unary(ops.tanh),
  Sigmoid: unary(ops.sigmoid),
  // The runtime has no Erf for doubles.
  Erf: (random) => ({ ...unary(ops.erf)(random), dtype: "float32", step: 0.02, tolerance: 1e-3 }),
  SiLU: unary(ops.silu, [-4, 4]),
  // Through float32 and back: what is linear bears a great step.
  Cast: (random) => ({
    ...unary((x) => ops.cast(ops.cast(x, "float32"), "float64"))(random),
    step: 0.5,
    tolerance: 1e-6,
  }),
  ReduceSum: reduction(ops.reduceSum),
  ReduceMean: reduction(ops.reduceMean),
  Reshape: unary((x) => ops.reshape(x, [count(x.shape.map(Number)), 1])),
  Expand: (random) => {
    const shape = shapeOf(random);
    return { shapes: [narrowed(random, shape)], build: (_, [x]) => ops.expand(need(x), shape) };
  },
  Transpose: (random) => {
    const shape = shapeOf(random, 4);
    const order = [0, 1, 2, 3].map((axis) => ({ axis, key: random.next() }))
      .sort((a, b) => a.key - b.key).map(({ axis }) => axis);
    return { shapes: [shape], build: (_, [x]) => ops.transpose(need(x), order) };
  },
  Concat: (random) => {
    const shape = shapeOf(random);
    const axis = whole(random, 0, shape.length - 1);
    const other = shape.map((dim, i) => i === axis ? whole(random, 1, 3) : dim);
    return { shapes: [shape, other, shape], build: (_, values) => ops.concat(values, axis) };
  },
  Split: (random) => {
    const sizes = [whole(random, 1, 3), whole(random, 1, 3), whole(random, 1, 3)];
    const shape = shapeOf(random);
    const axis = whole(random, 0, shape.length - 1);
    shape[axis] = sizes.reduce((a, b) => a + b);
    // The middle part is left unused: its gradient is zeros.
    const build = (_: Graph, [x]: readonly Value[]) => {
      const [first, , last] = ops.split(need(x), axis, sizes);
      return ops.concat([need(last), ops.mul(need(first), 3)], axis);
    };
    return { shapes: [shape], build };
  },
  Slice: (random) => {
    const shape = shapeOf(random);
    const axis = whole(random, 0, shape.length - 1);
    const start = whole(random, 0, (shape[axis] ?? 1) - 1);
    const end = whole(random, start + 1, shape[axis] ?? 1);
    return { shapes: [shape], build: (_, [x]) => ops.slice(need(x), axis, start, end) };
  },
  Pad: (random) => {
    const shape = shapeOf(random);
    const axis = whole(random, 0, shape.length - 1);
    const [before, after] = [whole(random, 0, 2), whole(random, 0, 2)];
    return { shapes: [shape], build: (_, [x]) => ops.pad(need(x), axis, before, after) };
  },
  Where: (random) => {
    const shape = shapeOf(random);
    const choice = random.next() < 0.5 ? shape : narrowed(random, shape);
    return {
      shapes: [shape, narrowed(random, shape)],
      build: (graph, [a, b]) => ops.where(bools(graph, random, choice), need(a), need(b)),
    };
  },
  Gemm: product(ops.gemm, false),
  MatMul: product(ops.matmul, true),
  Gather: (random) => {
    const [rows, width] = [whole(random, 1, 4), shapeOf(random, whole(random, 0, 2))];
    const picks = shapeOf(random, whole(random, 1, 2));
    return {
      shapes: [[rows, ...width]],
      build: (graph, [x]) => ops.gather(need(x), indices(graph, random, picks, rows)),
    };
  },
  GatherElements: (random) => {
    const shape = shapeOf(random);
    const axis = whole(random, 0, shape.length - 1);
    const picks = shape.map((dim, i) => i === axis ? whole(random, 1, 5) : whole(random, 1, dim));
    return {
      shapes: [shape],
      build: (graph, [x]) =>
        ops.gatherElements(need(x), indices(graph, random, picks, shape[axis] ?? 1), axis),
    };
  },
  ScatterElements: (random) => {
    const shape = shapeOf(random);
    const axis = whole(random, 0, shape.length - 1);
    const picks = shape.map((dim, i) => i === axis ? whole(random, 1, 5) : whole(random, 1, dim));
    return {
      shapes: [shape, picks],
      build: (graph, [x, updates]) => {
        const index = indices(graph, random, picks, shape[axis] ?? 1);
        return ops.scatterAdd(need(x), index, need(updates), axis);
      },
    };
  },
  Softmax: unary(ops.softmax),
  LogSoftmax: unary(ops.logSoftmax),
  PickLogSoftmax: (random) => {
    const shape = shapeOf(random);
    const classes = whole(random, 2, 6);
    return {
      shapes: [[...shape, classes]],
      build: (graph, [x]) =>
        ops.pickLogSoftmax(need(x), indices(graph, random, shape, classes)).picked,
    };
  },
  RMSNorm: (random) => {
    const width = whole(random, 2, 6);
    return {
      shapes: [[...shapeOf(random), width], [width]],
      build: (_, [x, gain]) => ops.rmsNorm(need(x), need(gain), 1e-3),
    };
  },
  Rotary: (random) => {
    const [batch, length, heads, half] = [1, 2, 3, 4].map(() => whole(random, 1, 3));
    return {
      shapes: [[batch ?? 1, length ?? 1, 2 * (heads ?? 1) * (half ?? 1)]],
      build: (graph, [x]) => {
        const table = [8, half ?? 1];
        const [cos, sin] = [numbers(random, count(table)), numbers(random, count(table))];
        const rows = [batch ?? 1, length ?? 1];
        const positions = random.next() < 0.5 ? graph.integers([2]) : graph.constant(
          BigInt64Array.from({ length: count(rows) }, () => BigInt(whole(random, 0, 7))),
          rows,
        );
        return ops.rotary(
          need(x),
          positions,
          graph.constant(cos, table),
          graph.constant(sin, table),
        );
      },
    };
  },
};

/** Operators whose rule says that nothing flows. */
export const constantRules: readonly string[] = ["StopGradient", "ZerosLike", "AboveDiagonal"];

function need(value: Value | undefined): Value {
  if (value === undefined) throw new RangeError("a value is missing");
  return value;
}
