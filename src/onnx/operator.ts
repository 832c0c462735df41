import { type Graph, graphOf, type Node, type NodeWriter, type Value } from "./graph.ts";
import { describe, type TensorType } from "./tensor.ts";

/** One application of an operator, as its own definition sees it. */
export interface Call<I extends readonly Value[], A> {
  readonly inputs: I;
  readonly outputs: readonly [Value, ...Value[]];
  readonly attributes: A;
}

/** What flows back into an output: a gradient of its shape, or nothing. */
export type Gradient = Value | undefined;

/** An operator: its types, its forward pass as ONNX nodes, and its gradient, side by side. */
export interface Operator<I extends readonly Value[], A> {
  readonly name: string;
  /** The types of the outputs. */
  types(inputs: I, attributes: A): readonly TensorType[];
  /** Writes the forward pass. Left out: one ONNX node of the same name without attributes. */
  emit?(call: Call<I, A>, writer: NodeWriter): void;
  /**
   * From the gradients of the outputs to those of the inputs. Left out: a build that needs it fails.
   * A rule may give more than is wanted: what nobody reads is never written.
   */
  gradient?(
    call: Call<I, A>,
    outputGradients: readonly Gradient[],
  ): readonly Gradient[];
}

/** What is known of an operator by its name. */
export interface OperatorEntry {
  /** Unlike any other. */
  readonly name: string;
  /** Whether it has a gradient rule. */
  readonly differentiable: boolean;
}

const registered = new Map<string, OperatorEntry>();

/** Every operator of this room, by name. */
export function operators(): readonly OperatorEntry[] {
  return [...registered.values()];
}

/**
 * Registers an operator.
 *
 * @param operator its definition
 * @returns a function that applies it to values and gives its outputs
 * @throws {RangeError} if the name is taken
 */
export function define<I extends readonly Value[], A = Record<never, never>>(
  operator: Operator<I, A>,
): (inputs: I, attributes: A) => readonly [Value, ...Value[]] {
  const { name } = operator;
  if (registered.has(name)) throw new RangeError(`cannot define operator '${name}': it exists`);
  registered.set(name, { name, differentiable: operator.gradient !== undefined });
  return (inputs, attributes) => apply(operator, inputs, attributes);
}

/** Like {@linkcode define}, for operators with one output. */
export function defineSingle<I extends readonly Value[], A = Record<never, never>>(
  operator: Operator<I, A>,
): (inputs: I, attributes: A) => Value {
  const applyIt = define(operator);
  return (inputs, attributes) => applyIt(inputs, attributes)[0];
}

function apply<I extends readonly Value[], A>(
  operator: Operator<I, A>,
  inputs: I,
  attributes: A,
): readonly [Value, ...Value[]] {
  const graph = graphOf(inputs);
  const outputs: Value[] = [];
  const call: Call<I, A> = { inputs, outputs: outputs as unknown as [Value], attributes };
  const { gradient } = operator;
  const node: Node = {
    operator: operator.name,
    inputs,
    outputs,
    captures: [],
    bodies: [],
    emit: (writer) =>
      operator.emit === undefined
        ? writer.node(operator.name, inputs, outputs)
        : operator.emit(call, writer),
    gradient: gradient === undefined
      ? undefined
      : (outputGradients) => gradient.call(operator, call, outputGradients),
  };
  // Only the type: `types` may give an input itself, which has a name and perhaps numbers of its own.
  for (const { dtype, shape } of operator.types(inputs, attributes)) {
    outputs.push({ dtype, shape, name: graph.freshName(operator.name), graph, node });
  }
  graph.nodes.push(node);
  return call.outputs;
}

/**
 * Adds a node that is not an operator of the registry: one with bodies, such as `Loop`.
 *
 * @param graph where it stands
 * @param node all but its outputs
 * @param types the types of its outputs
 */
export function addNode(
  graph: Graph,
  node: Omit<Node, "outputs" | "emit"> & { emit(writer: NodeWriter, outputs: Value[]): void },
  types: readonly TensorType[],
): readonly Value[] {
  const outputs: Value[] = [];
  const made: Node = { ...node, outputs, emit: (writer) => node.emit(writer, outputs) };
  for (const { dtype, shape } of types) {
    outputs.push({ dtype, shape, name: graph.freshName(node.operator), graph, node: made });
  }
  graph.nodes.push(made);
  return outputs;
}

/** Fails a build whose types do not fit. */
export function demand(condition: boolean, operator: string, ...inputs: readonly Value[]): void {
  if (condition) return;
  throw new RangeError(`cannot apply ${operator} to ${inputs.map(describe).join(", ")}`);
}
