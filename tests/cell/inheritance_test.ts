import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Lived } from "../../src/cell/mod.ts";
import { classify } from "../../src/death/mod.ts";
import { firstGenome, type Genome } from "../../src/genome/mod.ts";
import { birthOf, live, realCell, step } from "./support.ts";

/** What a response leaves behind: from a fresh life, after one step, and after one more. */
const cases: readonly {
  readonly name: string;
  readonly responses: readonly string[];
  readonly check: (last: Lived) => void;
}[] = [
  {
    name: "a closure is dropped, and said to need what it closed over",
    responses: ["{ const secret = 1; this.peek = () => secret; }"],
    check: (last) => {
      assertEquals(last.dropped.map(({ name }) => name), ["peek"]);
      assertMatch(last.dropped[0]!.why, /closure.*secret/);
      assert(!("peek" in last.genome.methods));
    },
  },
  {
    name: "a dropped edit leaves the earlier version in its place",
    responses: [
      "function count() { return 1; }",
      "{ let n = 5; this.count = () => n++; }",
      "return count();",
    ],
    check: (last) => assertEquals(last.returned, 1),
  },
  {
    name: "state in a closure does not survive the turn",
    responses: [
      "const counter = (() => { let n = 0; return () => ++n; })(); return counter() + counter();",
      "return typeof counter;",
    ],
    check: (last) => assertEquals(last.returned, "undefined"),
  },
  {
    name: "a private static of a class starts anew each turn",
    responses: [
      "class Counter { static #n = 0; static next() { return ++Counter.#n; } }",
      "return Counter.next();",
      "return Counter.next();",
    ],
    check: (last) => assertEquals(last.returned, 1),
  },
  {
    name: "a function that leans on the agent's own names is inherited",
    responses: [
      "const rate = 2; function twice(n) { return n * rate; } const apply = (n) => twice(n) + this.rate;",
      "rate = 3; return apply(10);",
      "return [apply(10), rate];",
    ],
    check: (last) => assertEquals(last.returned, [33, 3]),
  },
  {
    name: "methods that lean on a dropped one are dropped with it",
    responses: [
      "{ let n = 1; this.inner = () => n; } this.outer = function () { return inner(); };",
    ],
    check: (last) => assertEquals(last.dropped.map(({ name }) => name).sort(), ["inner", "outer"]),
  },
  {
    name: "a bound and a native function have no source",
    responses: [
      "this.a = this.step.bind(this); this.b = console.log; this.c = [].map; this.d = Date;",
    ],
    check: (last) => assertEquals(last.dropped.map(({ name }) => name), ["a", "b", "c", "d"]),
  },
  {
    name: "an alias by bare name is the method itself",
    responses: ["function f() { return 1; }", "this.g = f; return g();", "return this.g();"],
    check: (last) => {
      assertEquals(last.returned, 1);
      assertEquals(last.genome.methods["g"], "function f() { return 1; }");
    },
  },
  {
    name: "a lying toString is not asked",
    responses: [
      `const liar = function () { return "real"; };
       liar.toString = () => "function () { return 'forged'; }";
       liar[Symbol.toPrimitive] = () => "forged";`,
    ],
    check: (last) => assertEquals(last.genome.methods["liar"], 'function () { return "real"; }'),
  },
  {
    name: "a getter is dropped and never invoked",
    responses: [
      `Object.defineProperty(this, "trap", { enumerable: true, get() { console.log("invoked"); } });`,
    ],
    check: (last) => {
      assertEquals(last.dropped.map(({ name }) => name), ["trap"]);
      assertEquals(last.prints, []);
    },
  },
  {
    name: "a proxy for a function has no source, and for data is what it said once",
    responses: [
      `let asked = 0;
       this.f = new Proxy(function () {}, {});
       this.data = new Proxy({ a: 1 }, { getOwnPropertyDescriptor: (t, k) => ({
         value: ++asked, enumerable: true, configurable: true, writable: true }) });`,
      "return this.data.a;",
    ],
    check: (last) => {
      assertEquals(last.returned, 1);
      assert(!("f" in last.genome.methods));
    },
  },
  {
    name: "what is not plain data is dropped, by name and place",
    responses: [
      `this.map = new Map(); this.when = new Date(); this.big = 10n; this.deep = { a: [() => 1] };
       this.symbol = Symbol(); this.hidden = {};
       Object.defineProperty(this.hidden, "x", { value: 1 });`,
    ],
    check: (last) => {
      assertEquals(last.dropped.map(({ name }) => name), [
        "map",
        "when",
        "big",
        "deep",
        "symbol",
        "hidden",
      ]);
      assertMatch(last.dropped[3]!.why, /deep\.a\[0\] is a function/);
    },
  },
  {
    name: "data is read as JSON would carry it",
    responses: [
      `this.data = { nothing: undefined, list: [undefined, NaN, -0], text: "\\u0000\\ud800", nested: { a: null } };
       this.absent = undefined;`,
    ],
    check: (last) =>
      assertEquals(last.genome.attributes, {
        data: { list: [null, null, 0], text: "\u0000\ud800", nested: { a: null } },
      }),
  },
  {
    name: "names of Object.prototype are names like any other, but for __proto__",
    responses: [
      `this.constructor = 1; this.toString = function () { return "me"; };
       Object.defineProperty(this, "__proto__", { value: 1, enumerable: true });`,
      "return [this.constructor, String(this)];",
    ],
    check: (last) => assertEquals(last.returned, [1, "me"]),
  },
  {
    name: "a symbol, another prototype and a power's name are dropped",
    responses: [
      `this[Symbol.for("x")] = 1;
       Object.defineProperty(this, "llm", { value: () => "fake", enumerable: true });
       Object.setPrototypeOf(this, { inherited() {} });`,
    ],
    check: (last) =>
      assertEquals(last.dropped.map(({ name }) => name).sort(), [
        "Symbol(x)",
        "llm",
        "prototype",
      ]),
  },
  {
    name: "deleted methods and attributes are gone",
    responses: [
      "function f() {} const x = 1;",
      "delete this.f; delete this.x;",
      "return typeof f;",
    ],
    check: (last) => {
      assertEquals(last.returned, "undefined");
      assertEquals(Object.keys(last.genome.attributes), []);
    },
  },
  {
    name: "every shape of function is compiled again to the same source",
    responses: [
      `this.a = async (x) => await x; this.b = function* () { yield 1; };
       this.c = class Named { m() { return 2; } }; this.d = { e(x) { return x; } }.e;
       this.f = async function* () { yield 3; };`,
      `const seen = []; for await (const n of this.f()) seen.push(n);
       return [await a(1), [...b()], new c().m(), d(4), seen];`,
    ],
    check: (last) => assertEquals(last.returned, [1, [1], 2, 4, [3]]),
  },
  {
    name: "a binding is kept as it ends, not as it was declared",
    responses: ["let count = 1; count += 1;", "return count;"],
    check: (last) => assertEquals(last.returned, 2),
  },
  {
    name: "a class may lean on attributes and on other classes",
    responses: [
      `const base = 20;
       class Root { static start = base * 2; value() { return Root.start; } }
       class Leaf extends Root { value() { return super.value() + 2; } }`,
      "return new Leaf().value();",
    ],
    check: (last) => assertEquals(last.returned, 42),
  },
  {
    name: "a query that is not a string is dropped",
    responses: ["this.query = 5;"],
    check: (last) => {
      assertEquals(last.query, "begin");
      assertEquals(last.dropped.map(({ name }) => name), ["query"]);
    },
  },
];

for (const { name, responses, check } of cases) {
  Deno.test(`reading the genome back: ${name}`, async () => {
    await using cell = await realCell();
    await cell.birth(birthOf());
    check(await live(cell, ...responses));
  });
}

Deno.test("what lives is what the ledger holds: a life from the read genome behaves the same", async () => {
  await using cell = await realCell();
  await cell.birth(birthOf());
  const last = await live(
    cell,
    "const k = 2; this.state.n = 1; const f = (x) => x * k + this.state.n;",
    "function lazy() { return import('node:fs'); }",
  );
  await using second = await realCell();
  assert((await second.birth(birthOf(last.genome))).lived);
  const again = await live(second, "return f(10);");
  assertEquals(again.returned, 21);
  assertEquals(again.edited, []);
  assertEquals(again.genome, last.genome);
});

Deno.test("a genome from outside keeps its text, in whatever order its methods stand", async () => {
  const genome: Genome = {
    ...firstGenome,
    methods: {
      A: "class A extends B {}",
      B: "class B { m() { return '<!-- -->'; } }",
      look: "look() { return import('node:fs'); }",
      ...firstGenome.methods,
    },
  };
  await using cell = await realCell();
  assert((await cell.birth(birthOf(genome))).lived);
  const last = await live(cell, "return new A().m();");
  assertEquals(last.returned, "<!-- -->");
  assertEquals(last.edited, []);
  assertEquals(last.genome.methods, genome.methods);
});

Deno.test("a genome that does not compile a second time is a death by contract, in the same turn", async () => {
  await using cell = await realCell();
  await cell.birth(birthOf());
  const outcome = await step(
    cell,
    `let made = false;
     class Once { static x = (() => { if (made) throw new Error("only once"); made = true; })(); }`,
  );
  assert(!outcome.lived);
  assertEquals(outcome.facts.fault?.kind, "contract");
  assertMatch(outcome.facts.fault?.message ?? "", /only once/);
});

for (
  const [name, method, message] of [
    ["does not parse", "function (", /method 'bad': Unexpected/],
    ["is no function", "5", /method 'bad': a method must be/],
    ["throws when it is made", "class X { static y = null.z; }", /null/],
  ] as const
) {
  Deno.test(`a life is not born of a genome with a method that ${name}`, async () => {
    await using cell = await realCell();
    const genome = { ...firstGenome, methods: { ...firstGenome.methods, bad: method } };
    const outcome = await cell.birth(birthOf(genome));
    assert(!outcome.lived);
    const verdict = classify(outcome.facts);
    assertEquals(verdict.cause, "spawn");
    assertMatch(verdict.message, message);
    assert(cell.usable);
    assert((await cell.birth(birthOf())).lived);
  });
}
