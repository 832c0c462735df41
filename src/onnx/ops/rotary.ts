import type { NodeWriter, Value } from "../graph.ts";
import { defineSingle, demand } from "../operator.ts";
import { neg } from "./arithmetic.ts";

type Inputs = readonly [Value, Value, Value, Value];

const rotaryOperator = defineSingle<Inputs>({
  name: "Rotary",
  types: ([x]) => [x],
  emit: ({ inputs, outputs }, writer) => {
    if (inputs[0].dtype !== "float32") return emitComposed(inputs, outputs[0], writer);
    writer.node("RotaryEmbedding", inputs, outputs, { domain: "com.microsoft" });
  },
  // A rotation's transpose is the rotation by the opposite angle.
  gradient: ({ inputs: [, positions, cos, sin] }, [dy]) => [
    dy && turn(dy, positions, cos, neg(sin)),
  ],
});

function turn(x: Value, positions: Value, cos: Value, sin: Value): Value {
  return rotaryOperator([x, positions, cos, sin], {});
}

function emitComposed([x, positions, cos, sin]: Inputs, y: Value, writer: NodeWriter): void {
  const half = Number(cos.shape[1]);
  const heads = Number(x.shape[2]) / (2 * half);
  const steps = (
    op: string,
    inputs: (Value | string)[],
    outputs = 1,
    attributes = {},
  ): string[] => {
    const names = Array.from({ length: outputs }, () => writer.temporary());
    writer.node(op, inputs, names, { attributes });
    return names;
  };
  const one = (op: string, inputs: (Value | string)[]): string => steps(op, inputs)[0] ?? "";
  const list = (...numbers: number[]) =>
    writer.constant(BigInt64Array.from(numbers, BigInt), [numbers.length]);
  const rows = positions.shape.length === 2 ? positions : columnPositions();
  const table = (values: Value) => one("Unsqueeze", [one("Gather", [values, rows]), list(-2)]);
  function columnPositions(): string {
    const first = one("Squeeze", [positions]);
    const length = one("Squeeze", [
      steps("Shape", [x], 1, { start: { int: 1 }, end: { int: 2 } })[0] ?? "",
    ]);
    return one("Range", [first, one("Add", [first, length]), x.graph.scalar("int64", 1)]);
  }
  const [c, s] = [table(cos), table(sin)];
  const split = one("Reshape", [x, list(0, 0, heads, 2 * half)]);
  const halves = steps("Split", [split, list(half, half)], 2, { axis: { int: 3 } });
  const [a = "", b = ""] = halves;
  const left = one("Sub", [one("Mul", [a, c]), one("Mul", [b, s])]);
  const right = one("Add", [one("Mul", [b, c]), one("Mul", [a, s])]);
  const [joined = ""] = steps("Concat", [left, right], 1, { axis: { int: 3 } });
  writer.node("Reshape", [joined, list(0, 0, 2 * half * heads)], [y]);
}

/**
 * Rotary position embedding (Su et al. 2021) in the half-split convention of the Llama family: of each
 * head's width, element i turns with element i + width/2 by position · frequency i.
 *
 * @param x [batch, length, heads · width]
 * @param positions int64 [batch, length]; or [1], the position of the first column
 * @param cos [positions, width / 2]
 * @param sin [positions, width / 2]
 */
export function rotary(x: Value, positions: Value, cos: Value, sin: Value): Value {
  demand(x.shape.length === 3 && positions.dtype === "int64", "Rotary", x, positions);
  return turn(x, positions, cos, sin);
}
