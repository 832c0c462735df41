import { edit, shell, type Wall } from "./wall.ts";

/** Of what a genome is read from, and what may be inherited. */
export const inheritanceWalls: readonly Wall[] = [
  {
    name: "own-tostring",
    what: "a source is asked of the engine, not of the function",
    edits: [
      edit(
        `${shell}/reading.ts`,
        "Function.prototype.toString.call(method)",
        "String(method)",
      ),
    ],
  },
  {
    name: "getters",
    what: "data is read by descriptors: getters are never called",
    edits: [
      edit(
        `${shell}/plain.ts`,
        'if (!("value" in descriptor)) throw new NotPlain(`${way} is a getter or setter`);',
        'if (!("value" in descriptor)) return Reflect.get(value, key);',
      ),
    ],
  },
  {
    name: "genome-size",
    what: "a genome has a size, in the shell and in the house",
    edits: [
      edit(`${shell}/reading.ts`, "if (bytes > genomeBytes)", "if (false)"),
      edit(`${shell}/reading.ts`, "size: genomeBytes * 2", "size: Infinity"),
      edit("src/cell/locked_cell.ts", "length > life.limits.genomeBytes", "length > Infinity"),
      edit("src/cell/limits.ts", "default: 1_048_576", "default: 16_777_216"),
    ],
  },
  {
    name: "reserved-names",
    what: "the name of a power is no name for an own property",
    edits: [
      edit(`${shell}/reading.ts`, "} else if (isReservedName(key)) {", "} else if (false) {"),
    ],
  },
  {
    name: "vital",
    what: "handle, step and execute are functions, for the shell and for the house",
    edits: [
      edit(`${shell}/reading.ts`, "  checkVital(body);\n"),
      edit(
        "src/cell/locked_cell.ts",
        "vitalMethods.some((name) => !Object.hasOwn(genome.methods, name)) ||",
      ),
    ],
  },
  {
    name: "closures",
    what: "a method that leans on what will not be there is dropped",
    edits: [
      edit(
        `${shell}/reading.ts`,
        "if (why === undefined) continue;",
        "if (why !== null) continue;",
      ),
    ],
  },
  {
    name: "probe",
    what: "the succession probe",
    edits: [
      edit(`${shell}/probe.ts`, '!== "untaken" || rejected()) return false;', ") return false;"),
    ],
  },
  {
    name: "probe-like-a-turn",
    what: "the probe has the clock, the age and the energy of the next turn",
    edits: [edit(`${shell}/probe.ts`, "    ...moment,\n")],
  },
  {
    name: "probe-names",
    what: "the probe's names look like a model's",
    edits: [
      edit(
        `${shell}/probe.ts`,
        'return [...bytes].map((byte) => syllables[byte % syllables.length]).join("");',
        'return "p" + [...bytes, 0].map((byte) => byte.toString(16).padStart(2, "0")).join("");',
      ),
    ],
  },
  {
    name: "probe-answers",
    what: "a probe answers what the code asks of the house",
    edits: [
      edit(
        `${shell}/probe.ts`,
        'Promise.resolve(request.power === "send" ? null : edit.response)',
        "new Promise(() => void request)",
      ),
    ],
  },
  {
    name: "proto-key",
    what: "no data has a key `__proto__`, in the shell and on the pipe",
    edits: [
      edit(
        `${shell}/plain.ts`,
        'if (key === "__proto__") throw new NotPlain(`${next} is not allowed`);',
      ),
      edit(
        "src/cell/protocol.ts",
        'if (key === "__proto__") throw new ProtocolFault("forgery", "a frame has a __proto__");',
      ),
    ],
  },
  {
    name: "state-getter",
    what: "state is a value, not a getter",
    edits: [
      edit(
        `${shell}/reading.ts`,
        'if (!("value" in descriptor)) throw new Uninheritable("state is a getter or setter");',
      ),
    ],
  },
  {
    name: "plain-only",
    what: "instances of classes are no data",
    edits: [
      edit(`${shell}/plain.ts`, "throw new NotPlain(`${way} is not a plain object`);"),
      edit(
        `${shell}/plain.ts`,
        "if (!descriptor.enumerable) throw new NotPlain(`${way} is hidden (not enumerable)`);",
      ),
    ],
  },
  {
    name: "state-depth",
    what: "a state is nested so deeply and no deeper, in the shell and on the pipe",
    edits: [
      edit(`${shell}/reading.ts`, "const dataDepth = 64;", "const dataDepth = 1000;"),
      edit("src/cell/protocol.ts", "const maxFrameDepth = 72;", "const maxFrameDepth = 1000;"),
    ],
  },
  {
    name: "fresh-data",
    what: "a body has copies of the genome's data: what it does to them is its own",
    edits: [edit(`${shell}/body.ts`, "fresh(genome.state)", "genome.state")],
  },
];
