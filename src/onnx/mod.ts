/**
 * Graphs of tensors: built in TypeScript, differentiated, written as ONNX, run by ONNX Runtime.
 *
 * A {@linkcode Graph} gives inputs and constants; the operators take values and give values; a value
 * knows its element type and its shape, in which an axis may be a name. {@linkcode gradients} adds the
 * nodes of the backward pass, {@linkcode encodeModel} writes the whole as a `ModelProto`,
 * {@linkcode OnnxSession} runs it.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ops } from "./mod.ts";
 *
 * const graph = new Graph();
 * const x = graph.input("x", "float32", ["n"]);
 * const square = ops.reduceSum(ops.mul(x, x), [0]);
 * graph.output("square", square);
 * gradients(square, [x]).forEach((dx) => graph.output("dx", dx));
 *
 * const session = await OnnxSession.create(graph);
 * const { dx } = await session.run({ x: { data: Float32Array.of(1, -3), shape: [2] } });
 * assertEquals(dx?.data, Float32Array.of(2, -6));
 * await session.dispose();
 * ```
 *
 * It is not a model, and knows nothing of agents, tokens or Llama; it is not a general importer of ONNX
 * files. All but `session.ts` and `resident.ts` is pure. The room `policy` comes in, and `trainer`
 * through it.
 *
 * @module
 */
export { toGraphProto } from "./emit.ts";
export { gradients } from "./gradient.ts";
export { type EmittedAttribute, Graph, type Node, type NodeWriter, type Value } from "./graph.ts";
export {
  type AttributeProto,
  encodeModel,
  type GraphProto,
  type NodeProto,
  operatorSets,
  type ValueProto,
} from "./model_proto.ts";
export { type OperatorEntry, operators } from "./operator.ts";
/** The operators, by name: what graphs are made of. */
export * as ops from "./ops/mod.ts";
export { ProtobufWriter } from "./protobuf.ts";
export { ResidentState } from "./resident.ts";
export { OnnxSession, type SessionOptions, type Tensors } from "./session.ts";
export {
  type Dim,
  type Dtype,
  dtypes,
  type Shape,
  type Tensor,
  type TensorArray,
  type TensorType,
} from "./tensor.ts";
