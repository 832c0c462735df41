import { assert, assertEquals, assertMatch } from "@std/assert";
import { applyPatch } from "diff";
import fc from "fast-check";
import { firstGenome, type Genome, genomeChanges } from "../../src/genome/mod.ts";

Deno.test("genomeChanges() names what was added, removed and changed, by part", () => {
  const before: Genome = {
    methods: { ...firstGenome.methods, greet: "function greet() {}" },
    state: { a: 1, b: 2 },
    attributes: { mood: "ok" },
  };
  const after: Genome = {
    methods: { ...firstGenome.methods, step: "async step() {\n  return 1;\n}" },
    state: { b: 2, a: 1 },
    attributes: { mood: "ok", greet: 1 },
  };
  assertEquals(
    genomeChanges(before, after).map(({ name, part, kind }) => [name, part, kind]),
    [["greet", "method", "removed"], ["step", "method", "changed"], [
      "greet",
      "attribute",
      "added",
    ]],
  );
  assertEquals(genomeChanges(before, before), []);
  const step = genomeChanges(before, after)[1];
  assertMatch(step?.patch ?? "", /^@@ -1,3 \+1,3 @@\n async step\(\) \{\n-.*\n\+ {2}return 1;/);
});

Deno.test("a change's patch turns what was into what is", () => {
  const text = fc.array(fc.constantFrom("a", "b", "c", "", "--- x", "+++ y"), { maxLength: 8 })
    .map((lines) => lines.join("\n"));
  fc.assert(fc.property(text, text, (a, b) => {
    const genome = (state: string): Genome => ({ ...firstGenome, attributes: { state } });
    const methods = (greet: string): Genome => ({
      ...firstGenome,
      methods: { ...firstGenome.methods, greet },
    });
    for (
      const change of [
        ...genomeChanges(genome(a), genome(b)),
        ...genomeChanges(methods(a), methods(b)),
      ]
    ) assertEquals(applyPatch(`${change.before}\n`, change.patch), `${change.after}\n`);
  }));
});

Deno.test("genomeChanges() of texts that differ in very many lines does not take long, and is right", () => {
  const lines = (word: string): string =>
    Array.from({ length: 30_000 }, (_, n) => `${word}${n % 7}${word}`).join("\n");
  const methods = (greet: string): Genome => ({
    ...firstGenome,
    methods: { ...firstGenome.methods, greet },
  });
  const [change] = genomeChanges(methods(lines("a")), methods(lines("b")));
  assert(change !== undefined && change.patch.startsWith("@@ -1,30000 +1,30000 @@\n-a0a\n"));
  assertEquals(applyPatch(`${change.before}\n`, change.patch), `${change.after}\n`);
});
