import type { NodeWriter, Value } from "../graph.ts";
import { define, demand } from "../operator.ts";
import { mul, sub } from "./arithmetic.ts";
import { gemm } from "./matrix.ts";
import { reshape } from "./shape.ts";

type Inputs = readonly [Value, Value];

const rmsNormOperator = define<Inputs, { readonly epsilon: number }>({
  name: "RMSNorm",
  types: ([x]) => [x, { dtype: x.dtype, shape: [...x.shape.slice(0, -1), 1] }],
  emit: ({ inputs, outputs, attributes: { epsilon } }, writer) => {
    if (inputs[0].dtype !== "float32") return emitComposed(inputs, outputs, epsilon, writer);
    writer.node("SimplifiedLayerNormalization", inputs, outputs, {
      attributes: { axis: { int: -1 }, epsilon: { float: epsilon } },
    });
  },
  // y = x·r·g with r = 1/√(mean(x²) + ε), rows of D:
  //   dx = dy·g·r − x·(r³/D)·Σ(dy·x·g)    dg = Σ over rows of dy·x·r
  // Both sums are products of dy·x with a vector, so each is a matrix product and not another pass.
  gradient: ({ inputs: [x, gain], outputs }, [dy]) => {
    const inverse = outputs[1];
    if (dy === undefined || inverse === undefined) return [];
    const width = Number(gain.shape[0]);
    const rows = x.shape.length === 2 ? x.shape[0] ?? 1 : x.shape.slice(0, -1).join("*");
    const flat = (value: Value) => reshape(value, [flatRows, value.shape.at(-1) ?? 1]);
    const flatRows = x.shape.slice(0, -1).every((dim) => typeof dim === "number")
      ? x.shape.slice(0, -1).reduce<number>((product, dim) => product * Number(dim), 1)
      : rows;
    const [x2, dy2, r] = [flat(x), flat(dy), flat(inverse)];
    const product = mul(dy2, x2);
    const dGain = reshape(gemm(r, product, { transA: true }), gain.shape);
    const weighted = gemm(product, reshape(gain, [width, 1]));
    const pull = mul(mul(weighted, mul(mul(r, r), r)), 1 / width);
    const dx = sub(mul(mul(dy2, gain), r), mul(x2, pull));
    return [reshape(dx, x.shape), dGain];
  },
});

// SimplifiedLayerNormalization has no kernel for doubles that also gives 1/rms.
function emitComposed(
  [x, gain]: Inputs,
  [y, inverse]: readonly Value[],
  epsilon: number,
  writer: NodeWriter,
): void {
  if (y === undefined || inverse === undefined) return;
  const { graph, dtype } = x;
  const names = ["square", "mean", "shifted", "root", "normal"].map(() => writer.temporary());
  const [square = "", mean = "", shifted = "", root = "", normal = ""] = names;
  writer.node("Mul", [x, x], [square]);
  writer.node("ReduceMean", [square, writer.constant(BigInt64Array.of(-1n), [1])], [mean]);
  writer.node("Add", [mean, graph.scalar(dtype, epsilon)], [shifted]);
  writer.node("Sqrt", [shifted], [root]);
  writer.node("Reciprocal", [root], [inverse]);
  writer.node("Mul", [x, inverse], [normal]);
  writer.node("Mul", [normal, gain], [y]);
}

/**
 * Root-mean-square layer normalisation (Zhang & Sennrich 2019): x / √(mean(x²) + ε) · gain.
 *
 * @param x [..., width]
 * @param gain [width]
 */
export function rmsNorm(x: Value, gain: Value, epsilon: number): Value {
  demand(gain.shape.length === 1 && gain.shape[0] === x.shape.at(-1), "RMSNorm", x, gain);
  return rmsNormOperator([x, gain], { epsilon })[0];
}
