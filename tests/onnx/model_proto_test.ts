import { assertEquals, assertThrows } from "@std/assert";
import onnxProto from "onnx-proto";
import { encodeModel, gradients, Graph, ops, toGraphProto } from "../../src/onnx/mod.ts";
import type { GraphProto } from "../../src/onnx/mod.ts";
import { ProtobufWriter } from "../../src/onnx/protobuf.ts";

const { ModelProto } = onnxProto.onnx;

/** A graph with every kind of attribute, constant and shape that this room writes. */
function variedGraph(): Graph {
  const graph = new Graph();
  const x = graph.input("x", "float32", ["batch", 4]);
  const w = graph.input("w", "float64", [4]);
  const table = graph.constant(Float32Array.from({ length: 12 }, (_, i) => i / 3), [4, 3]);
  const ids = graph.constant(Int32Array.of(2, 0, -1), [3]);
  const flags = graph.constant(Uint8Array.of(1, 0, 1, 1), [4]);
  const product = ops.gemm(x, table, { alpha: 0.25 });
  graph.output("product", product);
  graph.output("chosen", ops.where(flags, w, ops.mul(w, Math.PI)));
  graph.output("ids", ids);
  const { carried } = ops.loop({
    graph,
    turns: graph.scalar("int64", 3),
    begin: graph.constant(Uint8Array.of(1), []),
    carried: [x],
    body: (turn, [value = x]) => ({
      again: ops.less(turn, 9),
      carried: [ops.tanh(ops.add(value, ops.cast(turn, "float32")))],
      gathered: [],
    }),
  });
  graph.output("looped", carried[0] ?? x);
  const [dx = x] = gradients(product, [x]);
  graph.output("dx", dx);
  return graph;
}

/** What onnx-proto's decoder makes of a graph, in our own words. */
function decoded(
  graph: InstanceType<typeof onnxProto.onnx.GraphProto> | null | undefined,
): unknown {
  const shapeOf = (info: onnxProto.onnx.IValueInfoProto) =>
    info.type?.tensorType?.shape?.dim?.map((d) => d.dimParam || Number(d.dimValue));
  return {
    name: graph?.name,
    inputs: graph?.input?.map((i) => [i.name, i.type?.tensorType?.elemType, shapeOf(i)]),
    outputs: graph?.output?.map((o) => [o.name, o.type?.tensorType?.elemType, shapeOf(o)]),
    initializers: graph?.initializer?.map((t) => [
      t.name,
      t.dataType,
      t.dims?.map(Number),
      Array.from(t.rawData ?? []),
    ]),
    nodes: graph?.node?.map((n) => [
      n.opType,
      n.domain,
      n.input,
      n.output,
      Object.fromEntries((n.attribute ?? []).map((a) => [a.name, decodedAttribute(a)])),
    ]),
  };
}

function decodedAttribute(a: onnxProto.onnx.IAttributeProto): unknown {
  switch (a.type) {
    case 1:
      return { float: a.f };
    case 2:
      return { int: Number(a.i) };
    case 3:
      return { text: new TextDecoder().decode(a.s ?? new Uint8Array()) };
    case 5:
      return { graph: decoded(onnxProto.onnx.GraphProto.create(a.g ?? {})) };
    case 7:
      return { ints: a.ints?.map(Number) };
    default:
      return `unexpected attribute type ${a.type}`;
  }
}

const elementTypes = { float32: 1, float64: 11, int32: 6, int64: 7, bool: 9 };

/** The same from what was encoded. */
function expected(graph: GraphProto): unknown {
  return {
    name: graph.name,
    inputs: graph.inputs.map((i) => [i.name, elementTypes[i.dtype], i.shape]),
    outputs: graph.outputs.map((o) => [o.name, elementTypes[o.dtype], o.shape]),
    initializers: graph.initializers.map(({ name, tensor: { data, shape } }) => [
      name,
      { Float32Array: 1, Float64Array: 11, Int32Array: 6, BigInt64Array: 7, Uint8Array: 9 }[
        data.constructor.name
      ],
      shape,
      Array.from(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
    ]),
    nodes: graph.nodes.map((n) => [
      n.opType,
      n.domain,
      n.inputs,
      n.outputs,
      Object.fromEntries(
        Object.entries(n.attributes).map(([key, a]) => [
          key,
          "graph" in a
            ? { graph: expected(a.graph) }
            : "float" in a
            ? { float: Math.fround(a.float) }
            : a,
        ]),
      ),
    ]),
  };
}

Deno.test("encodeModel() writes what onnx-proto reads, field by field", () => {
  const graph = toGraphProto(variedGraph());
  const model = ModelProto.decode(encodeModel(graph));
  assertEquals(Number(model.irVersion), 10);
  assertEquals(model.producerName, "vivarium");
  assertEquals(
    model.opsetImport.map((o) => [o.domain, Number(o.version)]),
    [["", 21], ["com.microsoft", 1]],
  );
  const main = onnxProto.onnx.GraphProto.create(model.graph ?? {});
  assertEquals(decoded(main), expected(graph));
});

Deno.test("encodeModel() writes bytes that onnx-proto writes back the same", () => {
  const bytes = encodeModel(toGraphProto(variedGraph()));
  const again = ModelProto.decode(ModelProto.encode(ModelProto.decode(bytes)).finish());
  assertEquals(again.toJSON(), ModelProto.decode(bytes).toJSON());
});

Deno.test("ProtobufWriter writes the wire format's own examples", () => {
  const hex = (writer: ProtobufWriter) => writer.finish().toHex();
  // The examples of the Protocol Buffers encoding guide.
  assertEquals(hex(new ProtobufWriter().integer(1, 150)), "089601");
  assertEquals(hex(new ProtobufWriter().text(2, "testing")), "120774657374696e67");
  assertEquals(hex(new ProtobufWriter().message(3, (w) => w.integer(1, 150))), "1a03089601");
  assertEquals(hex(new ProtobufWriter().integers(6, [3, 270, 86942])), "3206038e029ea705");
  assertEquals(hex(new ProtobufWriter().integer(1, -1)), "08ffffffffffffffffff01");
  assertEquals(hex(new ProtobufWriter().float(2, 1)), "150000803f");
});

Deno.test("a graph refuses shapes that do not fit, when it is built", () => {
  const graph = new Graph();
  const a = graph.input("a", "float32", [2, 3]);
  const b = graph.input("b", "float32", [4]);
  const c = graph.input("c", "float64", [3]);
  assertThrows(() => ops.add(a, b), RangeError, "cannot broadcast [2, 3] with [4]");
  assertThrows(() => ops.add(a, c), RangeError, "cannot apply Add to float32[2, 3], float64[3]");
  assertThrows(() => ops.gemm(a, a), RangeError, "cannot apply Gemm");
  assertThrows(() => ops.reshape(b, ["batch", "length"]), RangeError, "no input of the graph");
});
