/** A change of one file that takes something out of it. */
export interface Edit {
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** One thing that holds attacks, by the name that rows of the corpus give in `wall`. */
export interface Wall {
  readonly name: string;
  /** What it is, in words. */
  readonly what: string;
  /** Takes it out: of a copy of the sources, by `--ablate`, and nowhere else. */
  readonly edits: readonly Edit[];
}

const shell = "workers/shell";
const edit = (file: string, find: string, replace = ""): Edit => ({ file, find, replace });

/** The walls inside a cell that can be taken out one by one. */
export const walls: readonly Wall[] = [
  {
    name: "bare-arguments",
    what: "a response is an inner function: the shell's own are not in its `arguments`",
    edits: [
      edit(
        `${shell}/body.ts`,
        "Reflect.apply(make(sealed(keep), sealed(used)), agent, [])",
        "Reflect.apply(make(sealed(keep), sealed(used)), agent, [sealed(keep), sealed(used)])",
      ),
    ],
  },
  {
    name: "sealed",
    what: "functions of the shell are bound: their source is native code",
    edits: [
      edit(
        `${shell}/endowments.ts`,
        "return Object.freeze(work.bind(undefined)) as T;",
        "return Object.freeze(work) as T;",
      ),
    ],
  },
  {
    name: "sealed-frozen",
    what: "functions of the shell are frozen",
    edits: [
      edit(
        `${shell}/endowments.ts`,
        "return Object.freeze(work.bind(undefined)) as T;",
        "return work.bind(undefined) as T;",
      ),
    ],
  },
  {
    name: "stacks",
    what: "an error shows agent code no stack of the shell",
    edits: [edit(`${shell}/realm.ts`, 'errorTaming: "safe"', 'errorTaming: "unsafe"')],
  },
  {
    name: "frozen-powers",
    what: "the prototype that carries the powers is frozen",
    edits: [
      edit(
        `${shell}/body.ts`,
        "enumerable: false, writable: false });\n  }\n  return Object.freeze(prototype);",
        "enumerable: false, writable: true });\n  }\n  return prototype;",
      ),
    ],
  },
  {
    name: "function-subclass",
    what: "Function cannot be extended",
    edits: [
      edit(
        `${shell}/compartment.ts`,
        "if (new.target !== undefined && new.target !== MakeFunction)",
        "if (false)",
      ),
    ],
  },
  {
    name: "magic-comments",
    what: "comments that name a source map are refused",
    edits: [edit("src/genome/rewrite.ts", "if (magicComment.test(comment.value))", "if (false)")],
  },
  {
    name: "frozen-intl",
    what: "Intl and its prototypes are frozen",
    edits: [
      edit(`${shell}/intl.ts`, "  harden(Intl);"),
      edit(`${shell}/intl.ts`, "  harden(segments);"),
      edit(`${shell}/intl.ts`, "  harden(segments[Symbol.iterator]());"),
    ],
  },
  {
    name: "intl-clock",
    what: "Intl reads the turn's clock",
    edits: [
      edit(`${shell}/intl.ts`, "native(date === undefined ? present() : date)", "native(date)"),
    ],
  },
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
    name: "timers-end",
    what: "timers end with the turn",
    edits: [
      edit(`${shell}/stage.ts`, "host.clearTimeout(timer);"),
      edit(`${shell}/stage.ts`, 'if (this.#phase === "closed") return;'),
    ],
  },
  {
    name: "timer-count",
    what: "timers are counted",
    edits: [edit(`${shell}/stage.ts`, "if (this.#timers.size >= timers)", "if (false)")],
  },
  {
    name: "message-count",
    what: "messages are counted, in the shell, in the warden and in the house",
    edits: [
      edit(
        `${shell}/stage.ts`,
        'request.power !== "llm" && ++this.#messages > limits.messages',
        "false",
      ),
      edit("workers/cell.ts", "if (count.messages > (limits?.messages ?? 0))", "if (false)"),
      edit(
        "src/cell/act.ts",
        'if (count > (power === "llm" ? limits.modelCalls : limits.messages))',
        "if (false)",
      ),
    ],
  },
  {
    name: "model-count",
    what: "calls of the model are counted, in the shell, in the warden and in the house",
    edits: [
      edit(
        `${shell}/stage.ts`,
        'request.power === "llm" && ++this.#modelCalls > limits.modelCalls',
        "false",
      ),
      edit("workers/cell.ts", "if (count.modelCalls > (limits?.modelCalls ?? 0))", "if (false)"),
      edit(
        "src/cell/act.ts",
        'if (count > (power === "llm" ? limits.modelCalls : limits.messages))',
        "if (false)",
      ),
    ],
  },
  {
    name: "print-bytes",
    what: "prints are counted, in the shell, in the warden and in the house",
    edits: [
      edit(
        `${shell}/stage.ts`,
        "if (this.#printed > this.options.limits.printBytes)",
        "if (false)",
      ),
      edit(
        "workers/cell.ts",
        "if (count.printBytes > 2 * (limits?.printBytes ?? 0) + 1)",
        "if (false)",
      ),
      edit("src/cell/act.ts", "if (this.#printBytes > this.options.limits.printBytes ||", "if ("),
    ],
  },
  {
    name: "after-microtasks",
    what: "an order is obeyed once code that has returned has ended its turn",
    edits: [
      edit("workers/agent.ts", "host.later(() => attempt(order, say));", "attempt(order, say);"),
    ],
  },
  {
    name: "frozen-console",
    what: "what a turn is lent beside the language is frozen",
    edits: [edit(`${shell}/endowments.ts`, "return Object.freeze(result);", "return result;")],
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
    name: "granted",
    what: "a power that was not granted is harm, whatever the code catches",
    edits: [edit("src/supervisor/broker.ts", "if (!this.#granted.has(name))", "if (false)")],
  },
  {
    name: "rejections",
    what: "a promise that was rejected and that nobody caught ends the life",
    edits: [edit(`${shell}/realm.ts`, "onRejection(event.reason);")],
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
    name: "letter-size",
    what: "a letter is bounded, in the shell and in the house",
    edits: [
      edit(
        `${shell}/body.ts`,
        "const messageLimits = { depth: 64, size: 131_072 };",
        "const messageLimits = { depth: 64, size: 1e9 };",
      ),
      edit("src/actor/body.ts", "if (sizeBytes <= maxBytes) return;", "return;"),
    ],
  },
  {
    name: "letter-depth",
    what: "a letter is nested so deeply and no deeper, in the shell and on the pipe",
    edits: [
      edit("src/cell/protocol.ts", "const maxFrameDepth = 72;", "const maxFrameDepth = 1000;"),
      edit(
        `${shell}/body.ts`,
        "const messageLimits = { depth: 64, size: 131_072 };",
        "const messageLimits = { depth: 1000, size: 131_072 };",
      ),
    ],
  },
  {
    name: "blank-tripwire",
    what: "a tripwire has no prototype: nothing is behind it",
    edits: [edit(`${shell}/tripwire.ts`, "    getPrototypeOf: () => null,\n")],
  },
  {
    name: "text-only",
    what: "what is evaluated is text, read once",
    edits: [
      edit(
        `${shell}/body.ts`,
        'prepareResponse(typeof response === "string" ? response : `${response}`)',
        'prepareResponse(typeof response === "string" ? response : "return 1")',
      ),
    ],
  },
  {
    name: "harm-kept",
    what: "harm is kept by the stage, whatever the code catches, and told to the house at once",
    edits: [
      edit(
        `${shell}/stage.ts`,
        "      this.#fault = { kind, message };\n      this.options.fault(this.#fault);\n",
      ),
    ],
  },
];
