/** Element types that this room can write, by ONNX Runtime's names. */
export const dtypes = ["float32", "float64", "int32", "int64", "bool"] as const;

/** An element type. */
export type Dtype = typeof dtypes[number];

/** One axis: its length, or the name of a length that is known only when the graph runs. */
export type Dim = number | string;

/** The axes of a tensor, outermost first; a scalar has none. */
export type Shape = readonly Dim[];

/** What a value is before it has numbers. */
export interface TensorType {
  /** Of every element. */
  readonly dtype: Dtype;
  /** Outermost axis first. */
  readonly shape: Shape;
}

/** The arrays that hold numbers; the element type follows from the kind (bytes are bool). */
export type TensorArray =
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>;

/** A tensor with its numbers, row-major. */
export interface Tensor {
  /** As many elements as the axes multiply to. */
  readonly data: TensorArray;
  /** Outermost axis first. */
  readonly shape: readonly number[];
}

/**
 * The element type that an array holds.
 *
 * @param data numbers
 * @returns its element type
 */
export function dtypeOf(data: TensorArray): Dtype {
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Float64Array) return "float64";
  if (data instanceof Int32Array) return "int32";
  if (data instanceof BigInt64Array) return "int64";
  return "bool";
}

/**
 * Numbers as an array of an element type.
 *
 * @param dtype the element type
 * @param numbers plain numbers
 */
export function arrayOf(dtype: Dtype, numbers: readonly number[]): TensorArray {
  switch (dtype) {
    case "float32":
      return Float32Array.from(numbers);
    case "float64":
      return Float64Array.from(numbers);
    case "int32":
      return Int32Array.from(numbers);
    case "int64":
      return BigInt64Array.from(numbers, (n) => BigInt(n));
    case "bool":
      return Uint8Array.from(numbers);
    default:
      return dtype satisfies never;
  }
}

/** Whether gradients can flow through values of this element type. */
export function isFloat(dtype: Dtype): boolean {
  return dtype === "float32" || dtype === "float64";
}

/** Whether two shapes are the same axis by axis; a name equals only itself. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}

/** A shape for people: `float32[B, 4]`. */
export function describe(type: TensorType): string {
  return `${type.dtype}[${type.shape.join(", ")}]`;
}

/**
 * The number of elements of a shape.
 *
 * @throws {RangeError} if an axis is known only by name
 */
export function elementCount(shape: Shape): number {
  let count = 1;
  for (const dim of shape) {
    if (typeof dim === "string") {
      throw new RangeError(`cannot count [${shape.join(", ")}]: axis '${dim}' has no fixed length`);
    }
    count *= dim;
  }
  return count;
}

/**
 * An axis counted from the front.
 *
 * @param axis may be negative: −1 is the last
 * @param rank how many axes there are
 * @throws {RangeError} if there is no such axis
 */
export function positiveAxis(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(positive) || positive < 0 || positive >= rank) {
    throw new RangeError(
      `cannot take axis: 'axis' must be in [-${rank}, ${rank}): received ${axis}`,
    );
  }
  return positive;
}

/**
 * The shape of an element-wise result (ONNX multidirectional broadcasting).
 *
 * @throws {RangeError} if the shapes do not fit
 */
export function broadcastShapes(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    if (left === right || right === 1) return left;
    if (left === 1) return right;
    throw new RangeError(`cannot broadcast [${a.join(", ")}] with [${b.join(", ")}]`);
  });
}
