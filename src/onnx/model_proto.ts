import { ProtobufWriter } from "./protobuf.ts";
import { type Dtype, dtypeOf, type Tensor, type TensorType } from "./tensor.ts";

/** An attribute of a node; the key says its ONNX type. */
export type AttributeProto =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly text: string }
  | { readonly ints: readonly number[] }
  | { readonly tensor: Tensor }
  | { readonly graph: GraphProto };

/** One node, as ONNX has it. An empty name stands for an absent optional input or output. */
export interface NodeProto {
  /** The operator. */
  readonly opType: string;
  /** Empty for ONNX's own operators. */
  readonly domain: string;
  /** Names of values. */
  readonly inputs: readonly string[];
  /** Names of values. */
  readonly outputs: readonly string[];
  /** By name. */
  readonly attributes: Readonly<Record<string, AttributeProto>>;
}

/** A name and its type. */
export interface ValueProto extends TensorType {
  /** What nodes call it. */
  readonly name: string;
}

/** A graph, as ONNX has it. */
export interface GraphProto {
  /** For people. */
  readonly name: string;
  /** In an order in which they can run. */
  readonly nodes: readonly NodeProto[];
  /** Constants. */
  readonly initializers: readonly { readonly name: string; readonly tensor: Tensor }[];
  /** What the caller feeds. */
  readonly inputs: readonly ValueProto[];
  /** What the caller gets. */
  readonly outputs: readonly ValueProto[];
}

/** Operator set versions that models are written for, by domain. */
export const operatorSets: Readonly<Record<string, number>> = { "": 21, "com.microsoft": 1 };

const irVersion = 10;

// onnx.proto3, TensorProto.DataType
const dataTypes: Readonly<Record<Dtype, number>> = {
  float32: 1,
  float64: 11,
  int32: 6,
  int64: 7,
  bool: 9,
};

/**
 * A graph as the bytes of an ONNX `ModelProto`.
 *
 * @param graph the main graph
 * @returns bytes that `InferenceSession.create` loads
 */
export function encodeModel(graph: GraphProto): Uint8Array<ArrayBuffer> {
  const model = new ProtobufWriter();
  model.integer(1, irVersion).text(2, "vivarium").message(7, (w) => writeGraph(w, graph));
  for (const [domain, version] of Object.entries(operatorSets)) {
    model.message(8, (w) => w.text(1, domain).integer(2, version));
  }
  return model.finish();
}

function writeGraph(w: ProtobufWriter, graph: GraphProto): void {
  for (const node of graph.nodes) w.message(1, (inner) => writeNode(inner, node));
  w.text(2, graph.name);
  for (const { name, tensor } of graph.initializers) {
    w.message(5, (inner) => writeTensor(inner, tensor, name));
  }
  for (const input of graph.inputs) w.message(11, (inner) => writeValue(inner, input));
  for (const output of graph.outputs) w.message(12, (inner) => writeValue(inner, output));
}

function writeNode(w: ProtobufWriter, node: NodeProto): void {
  for (const input of node.inputs) w.text(1, input);
  for (const output of node.outputs) w.text(2, output);
  w.text(4, node.opType);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    w.message(5, (inner) => writeAttribute(inner, name, attribute));
  }
  w.text(7, node.domain);
}

// Field 20 is AttributeProto.AttributeType.
function writeAttribute(w: ProtobufWriter, name: string, attribute: AttributeProto): void {
  w.text(1, name);
  if ("float" in attribute) w.float(2, attribute.float).integer(20, 1);
  else if ("int" in attribute) w.integer(3, attribute.int).integer(20, 2);
  else if ("text" in attribute) w.text(4, attribute.text).integer(20, 3);
  else if ("tensor" in attribute) {
    w.message(5, (inner) => writeTensor(inner, attribute.tensor)).integer(20, 4);
  } else if ("graph" in attribute) {
    w.message(6, (inner) => writeGraph(inner, attribute.graph)).integer(20, 5);
  } else w.integers(8, attribute.ints).integer(20, 7);
}

function writeTensor(w: ProtobufWriter, tensor: Tensor, name = ""): void {
  const { data } = tensor;
  w.integers(1, tensor.shape).integer(2, dataTypes[dtypeOf(data)]).text(8, name);
  // raw_data is little-endian by the standard; so is every machine that this runs on.
  w.bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}

function writeValue(w: ProtobufWriter, value: ValueProto): void {
  w.text(1, value.name).message(2, (type) =>
    type.message(1, (tensor) => {
      tensor.integer(1, dataTypes[value.dtype]).message(2, (shape) => {
        for (const dim of value.shape) {
          shape.message(
            1,
            (d) => typeof dim === "number" ? d.integer(1, dim) : d.text(2, dim),
          );
        }
      });
    }));
}
