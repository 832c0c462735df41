import type { NodeWriter, Value } from "../graph.ts";
import { defineSingle, demand } from "../operator.ts";
import { broadcastShapes, type Dim, type Shape } from "../tensor.ts";
import { sumTo } from "./arithmetic.ts";

/** How a product takes its operands. */
export interface ProductOptions {
  /** Transpose the last two axes of the first operand. @default false */
  readonly transA?: boolean;
  /** Transpose the last two axes of the second operand. @default false */
  readonly transB?: boolean;
  /** A factor on the result. @default 1 */
  readonly alpha?: number;
}

type Pair = readonly [Value, Value];
type Product = Required<ProductOptions>;
type Apply = (a: Value, b: Value, options: Product) => Value;

function flags(
  { transA, transB, alpha }: Product,
): Record<string, { int: number } | { float: number }> {
  return { transA: { int: +transA }, transB: { int: +transB }, alpha: { float: alpha } };
}

function productShape(name: string, [a, b]: Pair, { transA, transB }: Product): Shape {
  const [rows, inner] = lastTwo(a, transA);
  const [innerB, columns] = lastTwo(b, transB);
  demand(a.dtype === b.dtype && inner === innerB, name, a, b);
  return [...broadcastShapes(a.shape.slice(0, -2), b.shape.slice(0, -2)), rows, columns];
}

// With Y = α·A·B, dA = α·dY·Bᵀ and dB = α·Aᵀ·dY; a transposed operand's gradient is transposed by
// exchanging the factors, so that no transposition is ever carried out.
function productGradients(
  apply: Apply,
  [a, b]: Pair,
  { transA, transB, alpha }: Product,
  dy: Value,
): readonly [Value, Value] {
  const da = transA
    ? apply(b, dy, { transA: transB, transB: true, alpha })
    : apply(dy, b, { transA: false, transB: !transB, alpha });
  const db = transB
    ? apply(dy, a, { transA: true, transB: transA, alpha })
    : apply(a, dy, { transA: !transA, transB: false, alpha });
  return [sumTo(da, a.shape), sumTo(db, b.shape)];
}

// The CPU provider has Gemm for doubles, with transposition and factor.
const gemmOperator = defineSingle<Pair, Product>({
  name: "Gemm",
  types: (inputs, attributes) => [
    { dtype: inputs[0].dtype, shape: productShape("Gemm", inputs, attributes) },
  ],
  emit: ({ inputs, outputs, attributes }, writer) =>
    writer.node("Gemm", inputs, outputs, { attributes: flags(attributes) }),
  gradient: ({ inputs, attributes }, [dy]) =>
    dy && productGradients(gemm, inputs, attributes, dy) || [],
});

const matmulOperator = defineSingle<Pair, Product>({
  name: "MatMul",
  types: (inputs, attributes) => [
    { dtype: inputs[0].dtype, shape: productShape("MatMul", inputs, attributes) },
  ],
  emit: ({ inputs, outputs, attributes }, writer) => {
    const { transA, transB, alpha } = attributes;
    if (!transA && !transB && alpha === 1) writer.node("MatMul", inputs, outputs);
    else if (inputs[0].dtype === "float32") {
      writer.node("FusedMatMul", inputs, outputs, {
        domain: "com.microsoft",
        attributes: flags(attributes),
      });
    } else emitComposed(inputs, outputs[0], attributes, writer);
  },
  gradient: ({ inputs, attributes }, [dy]) =>
    dy && productGradients(matmul, inputs, attributes, dy) || [],
});

// FusedMatMul has no kernel for doubles.
function emitComposed(
  [a, b]: Pair,
  y: Value,
  { transA, transB, alpha }: Product,
  writer: NodeWriter,
): void {
  const flipped = (x: Value, flip: boolean): Value | string => {
    if (!flip) return x;
    const out = writer.temporary();
    const order = x.shape.map((_, axis) => axis);
    order.push(...order.splice(-2).reverse());
    writer.node("Transpose", [x], [out], { attributes: { perm: { ints: order } } });
    return out;
  };
  const product = writer.temporary();
  writer.node("MatMul", [flipped(a, transA), flipped(b, transB)], [product]);
  writer.node("Mul", [product, y.graph.scalar(y.dtype, alpha)], [y]);
}

/** α·A·B of two matrices. */
export function gemm(a: Value, b: Value, options: ProductOptions = {}): Value {
  demand(a.shape.length === 2 && b.shape.length === 2, "Gemm", a, b);
  return gemmOperator([a, b], { transA: false, transB: false, alpha: 1, ...options });
}

/** α·A·B of stacks of matrices, [..., rows, columns]; the leading axes broadcast. */
export function matmul(a: Value, b: Value, options: ProductOptions = {}): Value {
  demand(a.shape.length >= 2 && b.shape.length >= 2, "MatMul", a, b);
  return matmulOperator([a, b], { transA: false, transB: false, alpha: 1, ...options });
}

function lastTwo(x: Value, flip: boolean): readonly [Dim, Dim] {
  const rows = x.shape.at(-2) ?? 1;
  const columns = x.shape.at(-1) ?? 1;
  return flip ? [columns, rows] : [rows, columns];
}
