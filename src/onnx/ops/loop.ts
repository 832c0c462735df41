import { Graph, type Value } from "../graph.ts";
import { addNode } from "../operator.ts";
import { demand } from "../operator.ts";

/** What one turn of a loop gives. */
export interface Turn {
  /** Whether there is another turn: bool []. */
  readonly again: Value;
  /** The next values of what is carried, in the same order. */
  readonly carried: readonly Value[];
  /** What is gathered from this turn. */
  readonly gathered: readonly Value[];
}

/** A loop's parts. */
export interface LoopOptions {
  readonly graph: Graph;
  /** The most turns: int64 []. */
  readonly turns: Value;
  /** Whether there is a first turn: bool []. */
  readonly begin: Value;
  /** Values that each turn takes from the last. A turn may give them another length along an axis
   * that `growing` names. */
  readonly carried: readonly Value[];
  /** Names for axes that a turn may lengthen, by place among the carried: [place, axis, name]. */
  readonly growing?: readonly (readonly [place: number, axis: number, name: string])[];
  /**
   * Builds the body. Values of enclosing graphs may be used freely; what depends on no turn is placed
   * outside of the body by itself, since an operator stands in the innermost graph of its inputs.
   */
  readonly body: (turn: Value, carried: readonly Value[]) => Turn;
}

/**
 * ONNX's `Loop`.
 *
 * @returns the carried values after the last turn, and what was gathered, [turns, ...] each
 */
export function loop(
  options: LoopOptions,
): { readonly carried: readonly Value[]; readonly gathered: readonly Value[] } {
  const { graph, growing = [] } = options;
  const body = new Graph(graph);
  const turn = body.input(body.freshName("turn"), "int64", []);
  body.input(body.freshName("again"), "bool", []);
  const inside = options.carried.map((value, place) => {
    const shape = value.shape.map((dim, axis) =>
      growing.find(([p, a]) => p === place && a === axis)?.[2] ?? dim
    );
    return body.input(body.freshName("carried"), value.dtype, shape);
  });
  const result = options.body(turn, inside);
  demand(result.carried.length === inside.length, "Loop", ...result.carried);
  for (const value of [result.again, ...result.carried, ...result.gathered]) {
    body.output(value.graph === body ? value.name : body.freshName("result"), value);
  }
  const outputs = addNode(graph, {
    operator: "Loop",
    inputs: [options.turns, options.begin, ...options.carried],
    captures: capturedBy(body),
    bodies: [body],
    emit: (writer, values) =>
      writer.node("Loop", [options.turns, options.begin, ...options.carried], values, {
        attributes: { body: { body } },
      }),
  }, [
    ...inside.map(({ dtype, shape }) => ({ dtype, shape })),
    ...result.gathered.map(({ dtype, shape }) => ({ dtype, shape: ["turns", ...shape] })),
  ]);
  return { carried: outputs.slice(0, inside.length), gathered: outputs.slice(inside.length) };
}

function capturedBy(body: Graph): readonly Value[] {
  const read = [
    ...body.nodes.flatMap((node) => [...node.inputs, ...node.captures]),
    ...body.outputs.map(({ value }) => value),
  ];
  return read.filter((value) => value.graph !== body);
}
