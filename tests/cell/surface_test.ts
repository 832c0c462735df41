import { assert, assertEquals } from "@std/assert";
import { birthOf, live, realCell, step } from "./support.ts";

/** The globals that agent code sees, exactly: an upgrade that adds one must be looked at. */
const surface = [
  ..."AggregateError Array ArrayBuffer BigInt BigInt64Array BigUint64Array Boolean DataView".split(
    " ",
  ),
  ..."Date Error EvalError Function Infinity Int16Array Int32Array Int8Array Iterator JSON".split(
    " ",
  ),
  ..."Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set".split(
    " ",
  ),
  ..."String Symbol SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array".split(" "),
  ..."Uint8ClampedArray WeakMap WeakSet decodeURI decodeURIComponent encodeURI".split(" "),
  ..."encodeURIComponent escape globalThis isFinite isNaN parseFloat parseInt".split(" "),
  ..."undefined unescape Float32Array Float64Array Intl".split(" "),
  // What a cell adds; timers and `evaluate` stand in the agent's scope, not here.
  "console",
].sort();

Deno.test("globalThis shows the language and console, and no more", async () => {
  await using cell = await realCell();
  await cell.birth(birthOf());
  const { returned } = await live(
    cell,
    `const names = [];
     for (let o = globalThis; o !== null; o = Object.getPrototypeOf(o)) {
       if (o === Object.prototype) break;
       names.push(...Reflect.ownKeys(o).map(String));
     }
     return names;`,
  );
  const names = (returned as string[]).filter((name) => !name.startsWith("Symbol("));
  assertEquals(names.sort(), surface);
});

Deno.test("the shell's own realm keeps nothing of Deno, the Web and Node", async () => {
  const worker = new Worker(new URL("./realm_worker.ts", import.meta.url), { type: "module" });
  const { promise, resolve, reject } = Promise.withResolvers<string[]>();
  worker.onmessage = (event: MessageEvent<string[]>) => resolve(event.data);
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error(event.message));
  };
  try {
    const kept = await promise;
    const allowed = new Set([...surface, "eval", "dispatchEvent", "Symbol(Symbol.toStringTag)"]);
    assertEquals(kept.filter((name) => !allowed.has(name)), []);
    for (const name of ["Deno", "fetch", "postMessage", "close", "Worker", "process", "lockdown"]) {
      assert(!kept.includes(name), name);
    }
  } finally {
    worker.terminate();
  }
});

/** Code that asks what the realm must not give, and what it must say. */
const questions: readonly { readonly ask: string; readonly answer: unknown }[] = [
  { ask: "return typeof window + typeof self + typeof document;", answer: "undefined".repeat(3) },
  { ask: "return typeof WeakRef + typeof FinalizationRegistry;", answer: "undefined".repeat(2) },
  { ask: "return typeof SharedArrayBuffer + typeof Atomics;", answer: "undefined".repeat(2) },
  {
    ask: "return typeof Compartment + typeof harden + typeof lockdown;",
    answer: "undefined".repeat(3),
  },
  { ask: "return 'URL' in globalThis;", answer: false },
  {
    ask: "return Function('return typeof agent + typeof module')();",
    answer: "undefined".repeat(2),
  },
  {
    ask: "try { return eval('1'); } catch (error) { return error.message; }",
    answer:
      "eval is not available here: use await evaluate(code): what it declares becomes the agent's own",
  },
  {
    ask:
      "try { new (class extends Function {})('return 1'); } catch (error) { return error.name; }",
    answer: "TypeError",
  },
  { ask: "return new Function('a', 'b', 'return a + b')(1, 2);", answer: 3 },
  { ask: "return Function('return typeof this')();", answer: "undefined" },
  { ask: "return (() => {}) instanceof Function && new Date() instanceof Date;", answer: true },
  {
    ask: "return String(console.log) + String(setTimeout);",
    answer: "function () { [native code] }".repeat(2),
  },
  {
    ask: "return /keep/.test(String(evaluate) + String(Date) + String(Function) + String(eval));",
    answer: false,
  },
  {
    ask: "try { undeclared; } catch (error) { return error.message; }",
    answer: "undeclared is not defined",
  },
  { ask: "try { undeclared = 1; } catch (error) { return error.name; }", answer: "ReferenceError" },
  { ask: "return new Error('x').stack.includes('agent.js');", answer: false },
  {
    ask: "return Object.isFrozen(globalThis) && Object.isFrozen(Object.getPrototypeOf(this));",
    answer: true,
  },
];

Deno.test("what agent code asks of its realm", async (t) => {
  await using cell = await realCell();
  await cell.birth(birthOf());
  for (const { ask, answer } of questions) {
    await t.step(ask, async () => {
      const outcome = await step(cell, ask);
      assert(outcome.lived, JSON.stringify(outcome));
      assertEquals(outcome.returned, answer);
    });
  }
});
