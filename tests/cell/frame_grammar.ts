import type { Json } from "../../src/core/json.ts";
import { firstGenome } from "../../src/genome/mod.ts";

/** A frame as an object, open to damage. */
export type OpenFrame = { [key: string]: Json };

const fault = { kind: "harm", message: "m" };

/** One well-formed claim of each kind, of the turn 2 (the birth 1). */
export const claims: Readonly<Record<string, OpenFrame>> = {
  ready: { op: "ready" },
  born: { op: "born", id: 1 },
  call: { op: "call", turn: 2, call: 0, power: "llm", to: "", body: "prompt" },
  notes: {
    op: "notes",
    turn: 2,
    prints: ["a"],
    attempts: [{ power: "p", detail: "d", signal: "run" }],
  },
  fault: { op: "fault", turn: 2, fault },
  lived: {
    op: "lived",
    turn: 2,
    genome: firstGenome as unknown as Json,
    query: "q",
    dropped: [{ name: "n", why: "w" }],
    used: ["n"],
    returned: null,
  },
  died: { op: "died", turn: 2, fault, settled: true },
};

/** One well-formed order of each kind. */
export const orders: Readonly<Record<string, OpenFrame>> = {
  birth: {
    op: "birth",
    id: 1,
    genome: firstGenome as unknown as Json,
    query: "q",
    limits: { printBytes: 1, messages: 1, modelCalls: 1, timers: 1, genomeBytes: 1 },
  },
  turn: {
    op: "turn",
    id: 2,
    letter: { kind: "tick", from: "supervisor", body: null },
    age: 0,
    energy: 1,
    nowMs: 0,
    seed: 1,
  },
  answer: { op: "answer", turn: 2, call: 0, value: "v" },
  refusal: { op: "refusal", turn: 2, call: 0, error: "e" },
};

/** Draws whole numbers below a bound. */
export type Draw = (bound: number) => number;

/** One of them. */
export function pick<T>(draw: Draw, items: readonly T[]): T {
  return items[draw(items.length)] as T;
}

/** Fields that may hold anything: to change them is to say something else, and no damage. */
const open = new Set(["body", "value", "returned", "state", "attributes", "methods"]);
const numbers = new Set(["id", "turn", "call", "age", "energy", "nowMs", "seed"]);

/** Every place in a frame: the object and the key. */
function places(frame: OpenFrame): (readonly [OpenFrame, string])[] {
  return Object.entries(frame).flatMap(([key, value]) => [
    [frame, key] as const,
    ...(open.has(key) || value === null || typeof value !== "object"
      ? []
      : (Array.isArray(value) ? value : [value]).flatMap((item) =>
        item !== null && typeof item === "object" ? places(item as OpenFrame) : []
      )),
  ]);
}

const wrong: Readonly<Record<string, readonly Json[]>> = {
  string: [7, null, {}, [], true],
  number: ["2", null, {}, [2], true],
  boolean: ["true", 1, null],
  object: ["x", 0, true],
};

/**
 * A frame that is damaged for certain: never one that only says something else.
 *
 * @param draw where chance comes from
 * @param frame a well-formed one
 * @returns the text of a line, without its end
 */
export function damaged(draw: Draw, frame: OpenFrame): string {
  const copy: OpenFrame = JSON.parse(JSON.stringify(frame));
  const [object, key] = pick(draw, places(copy));
  const value = object[key] as Json;
  const kind = draw(9);
  switch (kind) {
    case 0:
      delete object[key];
      // A stack or an error's text may be missing; nothing of what we draw from has one.
      return JSON.stringify(copy);
    case 1:
      copy[pick(draw, ["reward", "agent", "Op", "constructor", "time", ""])] = 1;
      return JSON.stringify(copy);
    case 2:
      if (open.has(key)) return JSON.stringify(copy) + ",";
      object[key] = pick(draw, wrong[value === null ? "object" : typeof value] ?? []);
      return JSON.stringify(copy);
    case 3: {
      const text = JSON.stringify(copy);
      return text.slice(0, 1 + draw(text.length - 1));
    }
    case 4:
      copy["op"] = pick(draw, ["", "hello", "kill", "READY", "lived ", "__proto__"]);
      return JSON.stringify(copy);
    case 5:
      return JSON.stringify(copy).replace("{", '{"__proto__":{"op":"ready"},');
    case 6:
      return pick(draw, [
        JSON.stringify([copy]),
        JSON.stringify(copy) + JSON.stringify(copy),
        JSON.stringify(JSON.stringify(copy)),
        JSON.stringify(copy).replaceAll('"', "'"),
        "\ufeff" + JSON.stringify(copy),
        JSON.stringify(copy) + "\u0000",
        "",
        "null",
        "NaN",
        "1e999",
        "\u001b[2J",
      ]);
    case 7: {
      const place = places(copy).find(([, name]) => numbers.has(name));
      if (place === undefined) return JSON.stringify(copy) + "]";
      const [holder, name] = place;
      holder[name] = name === "age" || name === "energy" || name === "nowMs"
        ? "0"
        : pick(draw, [1.5, 1e300, "1", [1], -1e300]);
      return JSON.stringify(copy);
    }
    default: {
      const depth = 80 + draw(40);
      return JSON.stringify(copy).replace(
        "{",
        `{"deep":${"[".repeat(depth)}${"]".repeat(depth)},`,
      );
    }
  }
}
