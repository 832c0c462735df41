import type { EmittedAttribute, Graph, Node, NodeWriter, Value } from "./graph.ts";
import type { AttributeProto, GraphProto, NodeProto } from "./model_proto.ts";
import type { Tensor } from "./tensor.ts";

/**
 * A graph as ONNX has it. Only what the outputs need is written: the rest of the graph, such as
 * gradients that nobody asked for, is left out.
 *
 * @param graph a main graph with inputs and outputs
 * @param name what the graph is called
 */
export function toGraphProto(graph: Graph, name = "main"): GraphProto {
  const live = liveNodes(graph);
  const renames = outputNames(graph);
  const initializers = new Map<string, Tensor>();
  const emitted = emitGraph(graph, name, live, renames, initializers);
  return {
    ...emitted,
    initializers: [...initializers].map(([name, tensor]) => ({ name, tensor })),
  };
}

/** The nodes that the outputs of a graph need, those within bodies among them. */
function liveNodes(graph: Graph): ReadonlySet<Node> {
  const live = new Set<Node>();
  const pending: Value[] = graph.outputs.map(({ value }) => value);
  for (let value = pending.pop(); value !== undefined; value = pending.pop()) {
    const { node } = value;
    if (node === undefined || live.has(node)) continue;
    live.add(node);
    pending.push(...node.inputs);
    for (const body of node.bodies) pending.push(...body.outputs.map((output) => output.value));
  }
  return live;
}

/** Values that can be written under the name of the output that they are, without a copy. */
function outputNames(graph: Graph): Map<string, string> {
  const names = new Map<string, string>();
  for (const { name, value } of graph.outputs) {
    const computedHere = value.node !== undefined && value.graph === graph;
    if (computedHere && !names.has(value.name)) names.set(value.name, name);
  }
  return names;
}

function emitGraph(
  graph: Graph,
  name: string,
  live: ReadonlySet<Node>,
  renames: Map<string, string>,
  initializers: Map<string, Tensor>,
): GraphProto {
  const nodes: NodeProto[] = [];
  const nameOf = (value: Value | string): string => {
    if (typeof value === "string") return value;
    if (value.constant !== undefined) initializers.set(value.name, value.constant);
    return renames.get(value.name) ?? value.name;
  };
  const attributeOf = (attribute: EmittedAttribute): AttributeProto =>
    "body" in attribute
      ? { graph: emitGraph(attribute.body, "body", live, renames, initializers) }
      : attribute;
  const writer: NodeWriter = {
    node: (opType, inputs, outputs, { domain = "", attributes = {} } = {}) => {
      const emitted = Object.entries(attributes).map(([key, a]) => [key, attributeOf(a)] as const);
      nodes.push({
        opType,
        domain,
        inputs: inputs.map(nameOf),
        outputs: outputs.map(nameOf),
        attributes: Object.fromEntries(emitted),
      });
    },
    temporary: () => graph.freshName("temporary"),
    constant: (data, shape) => nameOf(graph.constant(data, shape)),
  };
  for (const node of graph.nodes) if (live.has(node)) node.emit(writer);
  const outputs = graph.outputs.map(({ name, value }) => {
    // An input, a constant, a value of an enclosing graph, or one that is an output twice.
    if (nameOf(value) !== name) writer.node("Identity", [value], [name]);
    return { name, dtype: value.dtype, shape: value.shape };
  });
  return { name, nodes, initializers: [], inputs: graph.inputs, outputs };
}
