import { assertEquals, assertThrows } from "@std/assert";
import { prepareMethod } from "../../src/genome/mod.ts";

const shapes: readonly { readonly source: string; readonly free: readonly string[] }[] = [
  { source: "function (a) { return a + b; }", free: ["b"] },
  { source: "function f(n) { return n > 0 ? f(n - 1) : g; }", free: ["g"] },
  { source: "async function* f() { yield* h(); }", free: ["h"] },
  { source: "(a, { b = c }) => a + b + d", free: ["c", "d"] },
  { source: "async () => await this.llm(x)", free: ["x"] },
  {
    source: "class A extends B { static s = t; #p = 1; m() { return this.#p + u; } }",
    free: ["B", "t", "u"],
  },
  { source: "name(a) { return a; }", free: [] },
  { source: "async *name() { yield z; }", free: ["z"] },
  { source: '"a name"() { return 1; }', free: [] },
  { source: "get(x) { return x; }", free: [] },
  { source: "() => arguments", free: ["arguments"] },
  { source: "function () { return arguments.length; }", free: [] },
  { source: "function () { label: for (const x of y) { continue label; } }", free: ["y"] },
  { source: "function () { try { w(); } catch (e) { return e; } }", free: ["w"] },
];

for (const { source, free } of shapes) {
  Deno.test(`prepareMethod() reads ${source}`, () => {
    assertEquals(prepareMethod(source).freeNames, free);
  });
}

for (
  const source of [
    "1",
    "",
    "f",
    "function () {}, evil()",
    "function () {}); (evil()",
    "a() {}, b() {}",
    "get x() { return 1; }",
    "set x(y) {}",
    "['a' + 'b']() {}",
    "#p() {}",
    "__proto__() {}",
    "() => { import.meta; }",
    "function () { [native code] }",
  ]
) {
  Deno.test(`prepareMethod() refuses ${JSON.stringify(source)}`, () => {
    assertThrows(() => prepareMethod(source), SyntaxError);
  });
}

Deno.test("prepareMethod() gives an expression whose value is the method", () => {
  const value = (source: string): unknown =>
    new Function(`return ${prepareMethod(source).expression}`)();
  assertEquals((value("name(a) { return a; } // end") as (a: number) => number)(3), 3);
  assertEquals((value("(a) => a * 2 // end") as (a: number) => number)(3), 6);
});
