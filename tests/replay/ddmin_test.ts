import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ddmin } from "../../src/replay/ddmin.ts";
import { partsOf, presentParts, textOf } from "../../src/replay/parts.ts";

Deno.test("ddmin() ends at a selection that fails and none of whose parts can be left out", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 40 }),
      // What fails is not monotonous: any of several groups, unless a part that mends it is there.
      fc.array(fc.array(fc.nat({ max: 39 }), { minLength: 1, maxLength: 4 }), { maxLength: 4 }),
      fc.array(fc.nat({ max: 39 }), { maxLength: 3 }),
      async (count, groups, menders) => {
        const parts = Array.from({ length: count }, (_, index) => index);
        const fails = (some: readonly number[]): Promise<boolean> => {
          const mended = menders.some((each) => some.includes(each)) && some.length < count;
          const hit = groups.some((group) => group.every((each) => some.includes(each)));
          return Promise.resolve(hit && !mended);
        };
        if (!await fails(parts)) return;
        const smallest = await ddmin(parts, fails);
        assert(await fails(smallest));
        assertEquals(smallest, [...smallest].sort((a, b) => a - b));
        for (const part of smallest) {
          const without = smallest.filter((each) => each !== part);
          assert(!await fails(without), `${part} can be left out of ${smallest}`);
        }
      },
    ),
    { numRuns: 500 },
  );
});

Deno.test("ddmin() leaves nothing where nothing is enough to fail", async () => {
  assertEquals(await ddmin([1, 2, 3], () => Promise.resolve(true)), []);
});

Deno.test("partsOf() finds the statements of blocks and functions too, and textOf() leaves them out", () => {
  const parts = partsOf(
    "Here:\n```ts\nconst a: number = 1;\nfunction f() {\n  if (a) { g(); h(); }\n  return a;\n}\nf();\n```",
  );
  const words = parts.parts.map(({ start, end, depth }) =>
    `${depth} ${parts.code.slice(start, end).split("\n")[0]}`
  );
  assertEquals(words, [
    "0 const a = 1;",
    "0 function f() {",
    "1 if (a) { g(); h(); }",
    "2 g();",
    "2 h();",
    "1 return a;",
    "0 f();",
  ]);
  const kept = new Set(parts.parts.filter((_, at) => at !== 0 && at !== 3));
  assertEquals(textOf(parts, kept), "function f() {\n  if (a) {  h(); }\n  return a;\n}\nf();");
  const outer = new Set(parts.parts.filter((_, at) => at !== 1));
  assertEquals(textOf(parts, outer), "const a = 1;\nf();");
  assertEquals(presentParts(parts, outer).length, 2);
});

Deno.test("partsOf() cuts what does not parse into lines", () => {
  const parts = partsOf("let a = 1;\nfunction (\nlet b = 2;");
  assertEquals(parts.parts.length, 3);
  assertEquals(textOf(parts, new Set(parts.parts.slice(1, 2))), "function (");
});
