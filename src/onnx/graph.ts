import {
  arrayOf,
  type Dtype,
  dtypeOf,
  type Shape,
  type Tensor,
  type TensorArray,
  type TensorType,
} from "./tensor.ts";

/** A tensor in a graph: what an operator gave, an input, or a constant. */
export interface Value extends TensorType {
  /** Unlike that of any other value of the model. */
  readonly name: string;
  /** Where it is computed. */
  readonly graph: Graph;
  /** What computes it; absent for inputs and constants. */
  readonly node?: Node;
  /** Its numbers, if they are known when the graph is built. */
  readonly constant?: Tensor;
}

/** One application of an operator. */
export interface Node {
  /** The name under which the operator was defined. */
  readonly operator: string;
  /** What it reads. */
  readonly inputs: readonly Value[];
  /** What it computes. */
  readonly outputs: readonly Value[];
  /** Values of enclosing graphs that a body of this node reads. */
  readonly captures: readonly Value[];
  /** Graphs inside this node. */
  readonly bodies: readonly Graph[];
  /** Writes this application as ONNX nodes. */
  emit(writer: NodeWriter): void;
  /**
   * From the gradients of the outputs to those of the inputs; `undefined` where nothing flows.
   * Absent if the operator has no rule.
   */
  readonly gradient?:
    | ((outputGradients: readonly (Value | undefined)[]) => readonly (Value | undefined)[])
    | undefined;
}

/** Where an operator writes its ONNX nodes. */
export interface NodeWriter {
  /** Writes one node; inputs and outputs are values, or names that `temporary` or `constant` gave. */
  node(
    opType: string,
    inputs: readonly (Value | string)[],
    outputs: readonly (Value | string)[],
    options?: { domain?: string; attributes?: Readonly<Record<string, EmittedAttribute>> },
  ): void;
  /** A fresh name for a value between two nodes of one operator. */
  temporary(): string;
  /** The name of a constant. */
  constant(data: TensorArray, shape: readonly number[]): string;
}

/** An attribute as operators write it. */
export type EmittedAttribute =
  | { readonly int: number }
  | { readonly float: number }
  | { readonly text: string }
  | { readonly ints: readonly number[] }
  | { readonly body: Graph };

/**
 * A graph under construction. Nodes stand in the order in which they were made, which is a
 * topological order. A graph with a parent is the body of a node and may read the parent's values.
 */
export class Graph {
  /** In the order in which they were made. */
  readonly nodes: Node[] = [];
  /** In the order in which they were added. */
  readonly inputs: Value[] = [];
  /** Results by the names that the caller knows. */
  readonly outputs: { readonly name: string; readonly value: Value }[] = [];
  /** How many graphs enclose this one. */
  readonly depth: number;
  readonly #root: Graph;
  readonly #scalars = new Map<string, Value>();
  #names = 0;

  /**
   * An empty graph.
   *
   * @param parent the enclosing graph, for a body
   */
  constructor(readonly parent?: Graph) {
    this.depth = parent === undefined ? 0 : parent.depth + 1;
    this.#root = parent === undefined ? this : parent.#root;
  }

  /** Adds an input. In a main graph its name is what the caller feeds. */
  input(name: string, dtype: Dtype, shape: Shape): Value {
    const value: Value = { name, graph: this, dtype, shape };
    this.inputs.push(value);
    return value;
  }

  /** Adds a constant; it is written into the model, in the outermost graph. */
  constant(data: TensorArray, shape: readonly number[]): Value {
    return {
      name: this.freshName("constant"),
      graph: this.#root,
      dtype: dtypeOf(data),
      shape,
      constant: { data, shape },
    };
  }

  /** A constant scalar; equal ones are the same value. */
  scalar(dtype: Dtype, number: number): Value {
    const key = `${dtype}:${Object.is(number, -0) ? "-0" : number}`;
    const known = this.#root.#scalars.get(key);
    if (known !== undefined) return known;
    const made = this.constant(arrayOf(dtype, [number]), []);
    this.#root.#scalars.set(key, made);
    return made;
  }

  /** A constant list of int64, as ONNX wants its axes and shapes. */
  integers(numbers: readonly number[]): Value {
    return this.constant(arrayOf("int64", numbers), [numbers.length]);
  }

  /** Names a value as a result of this graph. */
  output(name: string, value: Value): void {
    this.outputs.push({ name, value });
  }

  /** A name that no other value of the whole model has. */
  freshName(stem: string): string {
    return `${stem}_${this.#root.#names++}`;
  }
}

/** The innermost of the graphs that some values live in: where an operator on them must stand. */
export function graphOf(values: readonly Value[]): Graph {
  let deepest: Graph | undefined;
  for (const { graph } of values) {
    if (deepest === undefined || graph.depth > deepest.depth) deepest = graph;
  }
  if (deepest === undefined) throw new RangeError("cannot place a node: it has no inputs");
  return deepest;
}
