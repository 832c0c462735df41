import { edit, shell, type Wall } from "./wall.ts";

/** Of what code sees in its realm, and what it can do to it. */
export const realmWalls: readonly Wall[] = [
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
    name: "frozen-console",
    what: "what a turn is lent beside the language is frozen",
    edits: [edit(`${shell}/endowments.ts`, "return Object.freeze(result);", "return result;")],
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
    name: "blank-tripwire",
    what: "a tripwire has no prototype: nothing is behind it",
    edits: [edit(`${shell}/tripwire.ts`, "    getPrototypeOf: () => null,\n")],
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
  {
    name: "seeded-random",
    what: "chance is the turn's: seeded, the same each time",
    edits: [
      edit(`${shell}/endowments.ts`, "    random: { value: sealed(() => random.next()) },\n"),
    ],
  },
  {
    name: "turn-clock",
    what: "time stands still in a turn, and measures nothing",
    edits: [
      edit(
        `${shell}/endowments.ts`,
        "startMs + Math.floor(readings++ / readingsPerMs)",
        "Original.now()",
      ),
    ],
  },
];
