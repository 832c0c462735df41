import type { Value } from "../graph.ts";
import { defineSingle, demand } from "../operator.ts";
import { positiveAxis, sameShape } from "../tensor.ts";
import { expandTo, reshape } from "./shape.ts";
import { zerosLike } from "./joining.ts";

const gatherOperator = defineSingle<readonly [Value, Value]>({
  name: "Gather",
  types: ([table, rows]) => [
    { dtype: table.dtype, shape: [...rows.shape, ...table.shape.slice(1)] },
  ],
  // ScatterND(reduction="add") gives wrong sums for repeated indices with more than one thread
  // (onnxruntime #18048, #23396); ScatterElements adds in order. Its index names every element.
  gradient: ({ inputs: [table, rows] }, [dy]) => {
    if (dy === undefined) return [];
    const flat = dy.shape.slice(0, rows.shape.length).every((dim) => typeof dim === "number")
      ? rows.shape.reduce<number>((product, dim) => product * Number(dim), 1)
      : rows.shape.join("*");
    const width = table.shape.slice(1);
    const updates = reshape(dy, [flat, ...width]);
    const index = expandTo(reshape(rows, [flat, ...width.map(() => 1)]), updates);
    return [scatterAdd(zerosLike(table), index, updates, 0)];
  },
});

type Indexed = readonly [Value, Value];

const gatherElementsOperator = defineSingle<Indexed, { readonly axis: number }>({
  name: "GatherElements",
  types: ([x, index]) => [{ dtype: x.dtype, shape: index.shape }],
  emit: ({ inputs, outputs, attributes: { axis } }, writer) =>
    writer.node("GatherElements", inputs, outputs, { attributes: { axis: { int: axis } } }),
  gradient: ({ inputs: [x, index], attributes: { axis } }, [dy]) => [
    dy && scatterAdd(zerosLike(x), index, dy, axis),
  ],
});

const scatterOperator = defineSingle<readonly [Value, Value, Value], { readonly axis: number }>({
  name: "ScatterElements",
  types: ([x]) => [x],
  emit: ({ inputs, outputs, attributes: { axis } }, writer) =>
    writer.node("ScatterElements", inputs, outputs, {
      attributes: { axis: { int: axis }, reduction: { text: "add" } },
    }),
  gradient: ({ inputs: [, index], attributes: { axis } }, [dy]) => [
    dy,
    undefined,
    dy && gatherElements(dy, index, axis),
  ],
});

/** Rows of a table, [rows, ...], by indices of any shape, which must not be negative. */
export function gather(table: Value, rows: Value): Value {
  demand(table.shape.length >= 1, "Gather", table, rows);
  return gatherOperator([table, rows], {});
}

/** y[i][j] = x[i][index[i][j]] for axis 1; likewise for others. */
export function gatherElements(x: Value, index: Value, axis: number): Value {
  demand(x.shape.length === index.shape.length, "GatherElements", x, index);
  return gatherElementsOperator([x, index], { axis: positiveAxis(axis, x.shape.length) });
}

/** x with `updates` added at the indices; repeated indices add up. */
export function scatterAdd(x: Value, index: Value, updates: Value, axis: number): Value {
  demand(sameShape(index.shape, updates.shape), "ScatterElements", x, index, updates);
  return scatterOperator([x, index, updates], { axis: positiveAxis(axis, x.shape.length) });
}
