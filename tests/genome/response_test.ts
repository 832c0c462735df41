import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { prepareResponse } from "../../src/genome/mod.ts";

/** Runs a prepared response as the shell does, without a cell: only for code that is harmless. */
async function run(response: string): Promise<{ own: Record<string, unknown>; result: unknown }> {
  const own: Record<string, unknown> = {};
  let getters: readonly (readonly [string, () => unknown])[] = [];
  const keep = (...args: readonly unknown[]): void => {
    if (args.length === 1) getters = args[0] as typeof getters;
    else own[String(args[0])] = args[1];
  };
  const make = new Function(`"use strict"; return ${prepareResponse(response).expression}`);
  const program = make()(keep, (_name: string, value: unknown) => value);
  const result = await program.call(own);
  for (const [name, get] of getters) if (name in own) own[name] = get();
  return { own, result };
}

Deno.test("prepareResponse() keeps every kind of top-level declaration", async () => {
  const { own } = await run(`
    const a = 1, { b, c: [d], ...rest } = { b: 2, c: [3], e: 4 };
    let f = 5;
    var g = 6
    class H {}
    function i() { return a; }
    async function* j() {}
    for (let k = 0; k < 1; k++) { const l = k; function m() {} }
    { let n = 1; }
  `);
  assertEquals(Object.keys(own).sort(), ["H", "a", "b", "d", "f", "g", "i", "j", "rest"]);
  assertEquals([own.a, own.b, own.d, own.rest, own.f, own.g], [1, 2, 3, { e: 4 }, 5, 6]);
});

Deno.test("prepareResponse() keeps functions from the start and bindings as they end", async () => {
  const { own, result } = await run(`
    const early = Object.keys(this).includes("late");
    let count = 1;
    count += 1;
    function late() {}
    return early;
  `);
  assertEquals(result, true);
  assertEquals(own.count, 2);
});

Deno.test("prepareResponse() leaves nested code as the model wrote it", async () => {
  const source = "function f(x) {\n    const y = x; // why\n    return y }";
  const { own } = await run(`${source}\nreturn await 1;`);
  assertEquals(String(own.f), source);
});

Deno.test("prepareResponse() strips TypeScript's types and keeps its lines", async () => {
  const { own, result } = await run(`
    interface Point { x: number }
    type Pair = [number, number];
    const p = { x: 1 } satisfies Point as Point;
    function twice<T extends number>(n: T, m?: string): number { return n * 2; }
    return twice(p.x!);
  `);
  assertEquals(result, 2);
  assertMatch(String(own.twice), /^function twice\s*\(n/);
});

Deno.test("prepareResponse() leaves names of powers and of the language local", () => {
  const { names } = prepareResponse(
    "const age = 1, llm = 2, Math = 3, mine = 4, evaluate = 5, Deno = 6;",
  );
  assertEquals(names, ["mine"]);
});

Deno.test("prepareResponse() makes imports a call of the tripwire", () => {
  const { expression } = prepareResponse(
    `import fs from "node:fs";\nconst f = () => import("node:" + "net");`,
  );
  assert(!/\bimport\s*[( f]/.test(expression.replaceAll("import_", "")));
  assertMatch(expression, /await import_\("node:fs"\);/);
  assertMatch(expression, /=> import_\("node:" \+ "net"\)/);
});

const respelled: readonly {
  readonly name: string;
  readonly code: string;
  readonly result: unknown;
}[] = [
  { name: "an operator pair", code: "let n = 3; while (n --> 1); return n;", result: 0 },
  { name: "a string", code: `return "<!-- import(x) -->";`, result: "<!-- import(x) -->" },
  { name: "a template", code: "return `<!-- import(${1}) -->`;", result: "<!-- import(1) -->" },
  { name: "a pattern", code: `return /<!--|-->/.test("a-->b");`, result: true },
  { name: "a comment", code: "/* import(x) <!-- --> */ // import(y)\nreturn 1;", result: 1 },
  { name: "a method's name", code: "return { import(x) { return x; } }.import(2);", result: 2 },
];

for (const { name, code, result } of respelled) {
  Deno.test(`prepareResponse() respells what SES refuses in ${name}`, async () => {
    const { expression } = prepareResponse(code);
    assert(!/<!--|-->|(^|[^.])\bimport\s*(\(|\/[/*])/.test(expression), expression);
    assertEquals((await run(code)).result, result);
  });
}

const refused: readonly { readonly code: string; readonly message: RegExp }[] = [
  { code: "function ( { return", message: /Unexpected token.* at line 1, column 10: function \(/ },
  { code: "const x = 1;\nconst x = 2;", message: /already been declared at line 2/ },
  { code: "const x: number = ;", message: /at line 1/ },
  { code: "return import.meta.url;", message: /import\.meta is not allowed/ },
  { code: "export const x = 1;", message: /export is not allowed/ },
  { code: "export default 1;", message: /export is not allowed/ },
  { code: "return 1; //# sourceMappingURL=file:///etc/passwd", message: /source map/ },
  { code: "/*@ sourceURL=x */", message: /source map or a source URL/ },
  { code: "}); evil(); (async () => {", message: /Unexpected token/ },
  { code: "with (this) {}", message: /with/ },
  { code: "let x = 1; <!-- y", message: /Unexpected token/ },
  { code: "[".repeat(300) + "]".repeat(300), message: /nested too deeply/ },
  { code: "(".repeat(100_000), message: /too deeply|Unexpected/ },
  { code: " ".repeat(300_000), message: /too long/ },
];

for (const { code, message } of refused) {
  Deno.test(`prepareResponse() refuses ${JSON.stringify(code.slice(0, 40))}`, () => {
    assertMatch(assertThrows(() => prepareResponse(code), SyntaxError).message, message);
  });
}
