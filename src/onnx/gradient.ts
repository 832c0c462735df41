import { describe, isFloat, sameShape } from "./tensor.ts";
import type { Graph, Node, Value } from "./graph.ts";
import { addN, onesLike } from "./ops/mod.ts";

/**
 * Reverse-mode differentiation: adds to the graph the nodes that compute the gradients of a scalar.
 *
 * The nodes are walked from the last to the first, which is a reverse topological order; each asks its
 * operator's rule for the gradients of its inputs. Only nodes between `inputs` and the scalar are
 * visited (Griewank & Walther 2008, algorithm 3.5).
 *
 * @param scalar what is differentiated: one number, or any tensor, whose elements are then summed
 * @param inputs with respect to what
 * @returns one gradient for each input, of the same shape
 * @throws {RangeError} if an operator between them has no rule, or an input has no influence
 */
export function gradients(scalar: Value, inputs: readonly Value[]): readonly Value[] {
  const { graph } = scalar;
  const reached = reachableFrom(graph, inputs);
  const sums = new Map<string, Value[]>([[scalar.name, [onesLike(scalar)]]]);
  // A copy: the rules append to the graph's nodes while this walks.
  for (const node of [...graph.nodes].reverse()) {
    if (!reached.has(node) || !node.outputs.some(({ name }) => sums.has(name))) continue;
    const outputGradients = node.outputs.map((output) => total(sums, output));
    backward(node, outputGradients, sums);
  }
  return inputs.map((input) => {
    const gradient = total(sums, input);
    if (gradient === undefined) {
      throw new RangeError(`cannot differentiate: '${input.name}' has no influence on the result`);
    }
    return gradient;
  });
}

function backward(
  node: Node,
  outputGradients: readonly (Value | undefined)[],
  sums: Map<string, Value[]>,
): void {
  if (node.gradient === undefined) {
    throw new RangeError(`cannot differentiate: operator '${node.operator}' has no gradient rule`);
  }
  const inputGradients = node.gradient(outputGradients);
  node.inputs.forEach((input, index) => {
    const gradient = inputGradients[index];
    if (gradient === undefined) return;
    if (gradient.dtype !== input.dtype || !sameShape(gradient.shape, input.shape)) {
      throw new RangeError(
        `the rule of '${node.operator}' gave ${describe(gradient)} for input ${index}, ${
          describe(input)
        }`,
      );
    }
    const sum = sums.get(input.name);
    if (sum === undefined) sums.set(input.name, [gradient]);
    else sum.push(gradient);
  });
}

function total(sums: Map<string, Value[]>, value: Value): Value | undefined {
  const parts = sums.get(value.name);
  if (parts === undefined) return undefined;
  const sum = addN(parts);
  sums.set(value.name, [sum]);
  return sum;
}

/** The nodes that depend on some inputs through floating-point values. */
function reachableFrom(graph: Graph, inputs: readonly Value[]): ReadonlySet<Node> {
  const names = new Set(inputs.map(({ name }) => name));
  const reached = new Set<Node>();
  for (const node of graph.nodes) {
    // What a body reads counts too: a loop then fails for want of a rule instead of losing a gradient.
    const read = [...node.inputs, ...node.captures];
    if (!read.some(({ name }) => names.has(name))) continue;
    reached.add(node);
    for (const { name, dtype } of node.outputs) if (isFloat(dtype)) names.add(name);
  }
  return reached;
}
