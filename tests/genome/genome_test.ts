import { assertEquals, assertMatch, assertNotEquals, assertThrows } from "@std/assert";
import {
  diffGenomes,
  editedNames,
  firstGenome,
  type Genome,
  genomeHash,
  genomeText,
  parseGenome,
} from "../../src/genome/mod.ts";

const edited: Genome = {
  methods: { ...firstGenome.methods, greet: "function greet() { return 1; }" },
  state: { count: 1 },
  attributes: { mood: "ok" },
};

Deno.test("genomeHash() is the same whoever made the genome and in whatever order", () => {
  const { handle, step, execute } = firstGenome.methods;
  const reordered: Genome = {
    attributes: {},
    state: {},
    methods: { execute: execute!, step: step!, handle: handle! },
  };
  assertEquals(genomeHash(reordered), genomeHash(firstGenome));
  assertNotEquals(genomeHash(edited), genomeHash(firstGenome));
  assertEquals(genomeHash(parseGenome(JSON.parse(genomeText(edited)))), genomeHash(edited));
});

Deno.test("editedNames() names methods, attributes and state that differ, both ways", () => {
  assertEquals(editedNames(firstGenome, edited), ["greet", "mood", "state"]);
  assertEquals(editedNames(edited, firstGenome), ["greet", "mood", "state"]);
  assertEquals(editedNames(edited, structuredClone(edited)), []);
  const moved: Genome = {
    ...edited,
    attributes: {},
    methods: { ...edited.methods, mood: "x() {}" },
  };
  assertEquals(editedNames(edited, moved), ["mood"]);
});

Deno.test("editedNames() is not fooled by names of Object.prototype", () => {
  const named: Genome = { ...firstGenome, attributes: { constructor: 1, toString: 2 } };
  assertEquals(editedNames(firstGenome, named), ["constructor", "toString"]);
});

Deno.test("diffGenomes() shows what changed, by method", () => {
  const diff = diffGenomes(firstGenome, edited, { before: "1", after: "2" });
  assertMatch(diff, /^--- 1/m);
  assertMatch(diff, /^\+\/\/ method greet$/m);
  assertMatch(diff, /^\+function greet\(\) \{ return 1; \}$/m);
  assertMatch(diff, /^\+ {2}"count": 1$/m);
  assertEquals(diffGenomes(edited, edited), "");
});

const bad: readonly {
  readonly name: string;
  readonly genome: unknown;
  readonly message: RegExp;
}[] = [
  { name: "nothing", genome: null, message: /expected object/ },
  {
    name: "no execute",
    genome: { ...edited, methods: { handle: "x", step: "y" } },
    message: /execute/,
  },
  { name: "a power's name", genome: { ...edited, attributes: { llm: 1 } }, message: /llm/ },
  { name: "a language name", genome: { ...edited, attributes: { Math: 1 } }, message: /Math/ },
  { name: "one name twice", genome: { ...edited, attributes: { greet: 1 } }, message: /attribute/ },
  { name: "a function", genome: { ...edited, state: () => 1 }, message: /state/ },
  { name: "another field", genome: { ...edited, extra: 1 }, message: /extra/ },
  {
    name: "deep data",
    genome: { ...edited, state: JSON.parse("[".repeat(80) + "]".repeat(80)) },
    message: /deeper/,
  },
];

for (const { name, genome, message } of bad) {
  Deno.test(`parseGenome() refuses a genome with ${name}`, () => {
    assertMatch(assertThrows(() => parseGenome(genome), Error).message, message);
  });
}
