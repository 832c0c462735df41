/**
 * A hundred handlers as a good model writes them: bodies of an async function, each with a result
 * that JSON carries. They are run in plain Deno and in cells, and must come to the same.
 */
export const honestHandlers: Readonly<Record<string, string>> = {
  // Closures and functions.
  counter:
    `const make = () => { let n = 0; return () => ++n; }; const c = make(); c(); return c() + make()();`,
  curry: `const add = (a) => (b) => (c) => a + b + c; return add(1)(2)(3);`,
  compose:
    `const pipe = (...fs) => (x) => fs.reduce((v, f) => f(v), x); return pipe((x) => x + 1, (x) => x * 2)(3);`,
  memo:
    `const memo = (f, cache = new Map()) => (n) => cache.get(n) ?? (cache.set(n, f(n)), cache.get(n)); const sq = memo((n) => n * n); return [sq(4), sq(4)];`,
  recursion: `const fact = (n) => n <= 1n ? 1n : n * fact(n - 1n); return String(fact(25n));`,
  defaults:
    `function f(a, { b = 2, ...rest } = {}, ...more) { return [a, b, rest, more]; } return f(1, { c: 3 }, 4, 5);`,
  hoisting: `return later(2); function later(x) { return x * 21; }`,
  iife: `return (function () { return typeof this; })();`,
  argumentsObject:
    `function f() { return arguments.length + [...arguments].join("-"); } return f(1, 2, 3);`,
  bindCallApply:
    `function who(p) { return p + this.name; } return [who.call({ name: "a" }, "x"), who.apply({ name: "b" }, ["y"]), who.bind({ name: "c" })("z")];`,
  debounce:
    `let calls = 0; const later = (f, ms) => { let t; return () => { clearTimeout(t); t = setTimeout(f, ms); }; }; const d = later(() => calls++, 1); d(); d(); d(); await new Promise((r) => setTimeout(r, 30)); return calls;`,
  partial:
    `const partial = (f, ...a) => (...b) => f(...a, ...b); return partial(Math.max, 5)(3, 9);`,
  trampoline:
    `const tramp = (f) => (...a) => { let r = f(...a); while (typeof r === "function") r = r(); return r; }; const sum = tramp(function s(n, acc = 0) { return n === 0 ? acc : () => s(n - 1, acc + n); }); return sum(5000);`,
  functionName:
    `const named = () => {}; function other(a, b) {} return [named.name, other.name, other.length];`,
  functionText: `return new Function("a", "b", "return a * b")(6, 7);`,
  // Classes.
  classBasics:
    `class P { constructor(x, y) { this.x = x; this.y = y; } len() { return Math.hypot(this.x, this.y); } static of(a) { return new P(...a); } } return P.of([3, 4]).len();`,
  classFields:
    `class A { #secret = 41; count = 0; static made = 0; get secret() { return ++this.#secret; } } const a = new A(); return [a.secret, a.secret, a.count, A.made, #x in {} ? 1 : 0];`
      .replace(", #x in {} ? 1 : 0", ""),
  inheritance:
    `class A { hi() { return "A" + this.tag(); } tag() { return "a"; } } class B extends A { hi() { return "B" + super.hi(); } tag() { return "b"; } } return new B().hi();`,
  extendError:
    `class Oops extends Error { constructor(m, code) { super(m); this.name = "Oops"; this.code = code; } } try { throw new Oops("bad", 7); } catch (e) { return [e instanceof Oops, e instanceof Error, e.name, e.message, e.code]; }`,
  extendArray:
    `class Stack extends Array { peek() { return this.at(-1); } } const s = new Stack(); s.push(1, 2); return [s.peek(), s.length, s instanceof Array, Array.isArray(s.map((x) => x))];`,
  extendMap:
    `class Count extends Map { add(k) { return this.set(k, (this.get(k) ?? 0) + 1); } } return [...new Count().add("a").add("a").add("b")];`,
  accessors:
    `const o = { _v: 1, get v() { return this._v; }, set v(x) { this._v = x * 2; } }; o.v = 5; return o.v;`,
  symbols:
    `class R { *[Symbol.iterator]() { yield* [1, 2, 3]; } get [Symbol.toStringTag]() { return "R"; } } return [[...new R()], String(new R())];`,
  staticBlock: `class C { static table; static { this.table = { a: 1 }; } } return C.table;`,
  privateMethods:
    `class C { #double(n) { return n * 2; } run(n) { return this.#double(n); } static is(o) { return #double in o; } } return [new C().run(4), C.is(new C()), C.is({})];`,
  mixin:
    `const Loud = (B) => class extends B { say() { return super.say().toUpperCase(); } }; class D { say() { return "woof"; } } return new (Loud(D))().say();`,
  returnInstance:
    `class Point { constructor() { this.x = 1; this.y = 2; } get sum() { return 3; } } return new Point();`,
  toJson:
    `class M { toJSON() { return { money: "1.50" }; } } return { m: new M(), when: new Date(0) };`,
  returnGetter: `return { get total() { return 40 + 2; } };`,
  overrideToString: `const o = { toString() { return "me"; } }; return \`\${o}\` + o;`,
  // Generators and iteration.
  generator:
    `function* fib() { let [a, b] = [0, 1]; for (;;) { yield a; [a, b] = [b, a + b]; } } const out = []; for (const n of fib()) { if (n > 50) break; out.push(n); } return out;`,
  generatorReturn:
    `function* g() { const got = yield 1; return got * 2; } const it = g(); return [it.next(), it.next(21)];`,
  asyncGenerator:
    `async function* g() { for (let i = 0; i < 3; i++) { await null; yield i; } } const out = []; for await (const x of g()) out.push(x); return out;`,
  iteratorHelpers:
    `return [1, 2, 3, 4].values().filter((x) => x % 2 === 0).map((x) => x * 10).toArray();`,
  spread: `return [..."héllo", ...new Set([1, 1, 2]), ...new Map([[1, 2]])];`,
  destructuring:
    `const { a: [x, , y = 9], b: { c: z } } = { a: [1, 2], b: { c: 3 } }; return [x, y, z];`,
  entries: `return Object.entries({ b: 1, a: 2 }).sort().map(([k, v]) => k + v).join();`,
  labels:
    `let n = 0; outer: for (let i = 0; i < 5; i++) for (let j = 0; j < 5; j++) { if (j === 3) continue outer; if (i === 3) break outer; n++; } return n;`,
  zip:
    `const zip = (...a) => a[0].map((_, i) => a.map((r) => r[i])); return zip([1, 2], ["a", "b"]);`,
  lazy:
    `function* range(a, b, s = 1) { for (let i = a; i < b; i += s) yield i; } return Array.from(range(0, 10, 3), (x) => x ** 2);`,
  // Async.
  awaits:
    `const wait = (ms, v) => new Promise((r) => setTimeout(() => r(v), ms)); return await wait(5, "done");`,
  promiseAll: `return await Promise.all([1, Promise.resolve(2), (async () => 3)()]);`,
  allSettled:
    `return (await Promise.allSettled([Promise.reject(new Error("no")), 1])).map((r) => r.status + (r.reason?.message ?? r.value));`,
  race:
    `return await Promise.race([new Promise((r) => setTimeout(r, 50, "slow")), new Promise((r) => setTimeout(r, 1, "fast"))]);`,
  anyOf: `return await Promise.any([Promise.reject(1), Promise.resolve(2)]);`,
  tryFinally:
    `const log = []; const f = async () => { try { await Promise.reject(new Error("x")); } catch (e) { log.push(e.message); return "r"; } finally { log.push("f"); } }; log.push(await f()); return log;`,
  order:
    `const log = []; setTimeout(() => log.push("timer"), 0); Promise.resolve().then(() => log.push("micro")); log.push("sync"); await new Promise((r) => setTimeout(r, 10)); return log;`,
  retry:
    `let n = 0; const flaky = async () => { if (++n < 3) throw new Error("again"); return n; }; const retry = async (f, k) => { for (;;) try { return await f(); } catch (e) { if (--k <= 0) throw e; } }; return await retry(flaky, 5);`,
  withResolvers:
    `const { promise, resolve } = Promise.withResolvers(); setTimeout(resolve, 1, 7); return await promise;`,
  queue:
    `const q = []; let running = 0, peak = 0; const run = async (i) => { peak = Math.max(peak, ++running); await null; running--; return i; }; const out = []; for (let i = 0; i < 6; i += 2) out.push(...await Promise.all([run(i), run(i + 1)])); return [out, peak];`,
  thenable: `return await { then(r) { r(5); } };`,
  asyncMap: `return await Array.fromAsync([1, 2, 3], async (x) => x * 2);`,
  // Regular expressions and text.
  regexGroups:
    `const { groups } = /(?<year>\\d{4})-(?<month>\\d\\d)/.exec("on 2026-03-01"); return { ...groups };`,
  regexSticky:
    `const r = /\\w+/gy, out = []; r.lastIndex = 0; let m; while ((m = r.exec("ab cd")) !== null) { out.push(m[0]); r.lastIndex++; } return out;`,
  regexReplace:
    `return "john smith".replace(/(\\w+) (\\w+)/, "$2, $1") + "a-b-c".replaceAll("-", (m, at) => at);`,
  regexLookbehind: `return "$10 €20".match(/(?<=€)\\d+/)[0];`,
  regexUnicode: `return [..."aé漢😀".matchAll(/\\p{L}/gu)].map((m) => m[0]);`,
  regexSplit: `return "a1b22c".split(/\\d+/);`,
  tokenizer:
    `const tokens = []; for (const { groups: g } of "x = 3 + 42".matchAll(/(?<id>[a-z]+)|(?<num>\\d+)|(?<op>[=+])/g)) tokens.push(Object.entries(g).find(([, v]) => v !== undefined).join(":")); return tokens;`,
  template:
    `const tag = (s, ...v) => s.raw.join("|") + v.join(","); return tag\`a\${1}b\\n\${2}c\`;`,
  padding:
    `return ["7".padStart(3, "0"), " x ".trim(), "abc".at(-1), "ab".repeat(2), "Straße".normalize("NFD").length];`,
  codePoints:
    `return ["😀".length, [..."😀"].length, "😀".codePointAt(0), String.fromCodePoint(128512), "\\ud800".isWellFormed()];`,
  htmlEscape:
    `return "<!-- a --> & <b>".replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);`,
  wordCount:
    `return Object.fromEntries(Map.groupBy("a b a c b a".split(" "), (w) => w).entries().map(([w, all]) => [w, all.length]));`,
  caesar:
    `return "Hello".replace(/[a-z]/gi, (c) => String.fromCharCode((c.charCodeAt(0) % 32 + 12) % 26 + (c < "a" ? 65 : 97)));`,
  palindrome:
    `const p = (s) => { const t = s.toLowerCase().replace(/[^a-z]/g, ""); return t === [...t].reverse().join(""); }; return [p("A man, a plan, a canal: Panama"), p("no")];`,
  levenshtein:
    `const d = (a, b) => { const m = Array.from({ length: a.length + 1 }, (_, i) => [i]); for (let j = 0; j <= b.length; j++) m[0][j] = j; for (let i = 1; i <= a.length; i++) for (let j = 1; j <= b.length; j++) m[i][j] = Math.min(m[i - 1][j] + 1, m[i][j - 1] + 1, m[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)); return m[a.length][b.length]; }; return d("kitten", "sitting");`,
  // Collections.
  mapKeys:
    `const k = {}; const m = new Map([[NaN, 1], [k, 2]]); return [m.get(NaN), m.get(k), m.size, [...m.values()]];`,
  setAlgebra:
    `const a = new Set([1, 2, 3]), b = new Set([2, 3, 4]); return [[...a.union(b)], [...a.intersection(b)], a.isSubsetOf(b)];`,
  weak:
    `const w = new WeakMap(), k = {}; w.set(k, 1); return [w.get(k), w.has({}), new WeakSet([k]).has(k)];`,
  sorting:
    `return [[10, 9, 1].sort(), [10, 9, 1].toSorted((a, b) => a - b), ["b", "a"].toReversed(), [1, 2, 3].with(1, 9)];`,
  grouping: `return Object.groupBy([1, 2, 3, 4, 5], (n) => n % 2 ? "odd" : "even");`,
  flat:
    `return [[1, [2, [3]]].flat(Infinity), [1, 2].flatMap((x) => [x, x * 2]), [3, 1, 2].findLast((x) => x > 1)];`,
  typed:
    `const f = new Float64Array([1.5, 2.5]), v = new DataView(new ArrayBuffer(8)); v.setInt16(0, -2, true); return [f.reduce((a, b) => a + b), v.getUint8(0), new Uint8Array([256, 257]), [...new Uint8ClampedArray([300])]];`,
  bits: `return [5 & 3, 5 | 3, 5 ^ 3, ~5, -8 >>> 28, 1 << 31, Math.clz32(1)];`,
  matrix:
    `const mul = (a, b) => a.map((r) => b[0].map((_, j) => r.reduce((s, x, k) => s + x * b[k][j], 0))); return mul([[1, 2], [3, 4]], [[0, 1], [1, 0]]);`,
  heap:
    `const h = []; const push = (x) => { h.push(x); let i = h.length - 1; while (i > 0 && h[(i - 1) >> 1] > h[i]) { [h[i], h[(i - 1) >> 1]] = [h[(i - 1) >> 1], h[i]]; i = (i - 1) >> 1; } }; [5, 3, 8, 1].forEach(push); return h[0];`,
  graph:
    `const g = { a: ["b", "c"], b: ["d"], c: ["d"], d: [] }; const seen = new Set(), q = ["a"]; while (q.length) { const n = q.shift(); if (seen.has(n)) continue; seen.add(n); q.push(...g[n]); } return [...seen];`,
  linkedList:
    `let list = null; for (const x of [3, 2, 1]) list = { x, next: list }; const out = []; for (let n = list; n; n = n.next) out.push(n.x); return out;`,
  lru:
    `class LRU { #m = new Map(); constructor(n) { this.n = n; } get(k) { if (!this.#m.has(k)) return; const v = this.#m.get(k); this.#m.delete(k); this.#m.set(k, v); return v; } set(k, v) { this.#m.delete(k); this.#m.set(k, v); if (this.#m.size > this.n) this.#m.delete(this.#m.keys().next().value); return this; } keys() { return [...this.#m.keys()]; } } const c = new LRU(2).set("a", 1).set("b", 2); c.get("a"); return c.set("c", 3).keys();`,
  // JSON, objects, numbers.
  json:
    `return JSON.stringify({ b: [1, { c: null }], a: undefined, d: new Date(0) }, null, 1) + JSON.parse('{"x":[1,2]}').x[1];`,
  jsonReviver: `return JSON.parse('{"a":"1"}', (k, v) => k === "a" ? Number(v) : v);`,
  jsonError: `try { JSON.parse("{"); } catch (e) { return e.name; }`,
  cloneByJson:
    `const a = { n: { m: [1] } }, b = JSON.parse(JSON.stringify(a)); b.n.m.push(2); return [a, b];`,
  freeze:
    `const o = Object.freeze({ a: 1 }); try { o.a = 2; return "changed"; } catch (e) { return e.name; }`,
  descriptors:
    `const o = {}; Object.defineProperty(o, "x", { value: 1, enumerable: false }); return [Object.keys(o), o.x, Object.getOwnPropertyNames(o)];`,
  proxy:
    `const log = []; const p = new Proxy({}, { get: (t, k) => { log.push(String(k)); return 42; } }); p.a; p.b; return log;`,
  reflect:
    `return [Reflect.ownKeys({ b: 1, a: 2 }), Reflect.has({ x: 1 }, "x"), Reflect.construct(Date, [0]).getTime()];`,
  numbers:
    `return [0.1 + 0.2, (1234.5678).toFixed(2), parseInt("ff", 16), Number("0b11"), (255).toString(2), Number.EPSILON > 0, 1e21 + "", -0 === 0];`,
  bigints:
    `return [String(2n ** 100n), String(-7n / 2n), String(BigInt.asUintN(8, 257n)), typeof 1n];`,
  mathFunctions:
    `return [Math.max(...[1, 5, 3]), Math.trunc(-4.7), Math.sign(-3), Math.cbrt(27), Math.log2(8), Math.round(2.5), Math.fround(5.5)];`,
  randomRange:
    `for (let i = 0; i < 100; i++) { const r = Math.random(); if (!(r >= 0 && r < 1)) return r; } return "in range";`,
  toLocale:
    `return [(1234567.891).toLocaleString("en-US"), (0.256).toLocaleString("en-US", { style: "percent" }), "ä".localeCompare("z", "de")];`,
  // Dates and Intl.
  dates:
    `const d = new Date(Date.UTC(2024, 1, 29, 12)); return [d.toISOString(), d.getUTCDay(), new Date(d.getTime() + 864e5).toISOString().slice(0, 10), new Date("nonsense").getTime()];`,
  dateNow:
    `const a = Date.now(), b = new Date().getTime(); return [typeof a, b >= a, new Date() instanceof Date, Date.parse("2020-01-01")];`,
  intlNumber:
    `return [new Intl.NumberFormat("de-DE", { style: "currency", currency: "EUR" }).format(1234.5), new Intl.NumberFormat("en", { notation: "compact" }).format(12345)];`,
  intlDate:
    `return [new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeZone: "UTC" }).format(new Date(0)), new Date(0).toLocaleDateString("fr-FR", { timeZone: "UTC" })];`,
  intlOther:
    `return [new Intl.PluralRules("en", { type: "ordinal" }).select(2), new Intl.ListFormat("en").format(["a", "b", "c"]), new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-1, "day"), ["z", "ä"].sort(new Intl.Collator("de").compare), [...new Intl.Segmenter("en", { granularity: "word" }).segment("Hi you")].length];`,
  // Big loops and errors.
  bigLoop: `let s = 0; for (let i = 0; i < 2e6; i++) s = (s + i * 31) % 1000003; return s;`,
  sieve:
    `const n = 20000, c = new Uint8Array(n + 1); let k = 0; for (let i = 2; i <= n; i++) { if (c[i]) continue; k++; for (let j = i * i; j <= n; j += i) c[j] = 1; } return k;`,
  stringBuild:
    `let t = ""; for (let i = 0; i < 20000; i++) t += String.fromCharCode(97 + i % 26); return [t.length, t.slice(-3)];`,
  manyObjects:
    `const m = new Map(); for (let i = 0; i < 30000; i++) m.set("k" + i, { i }); let s = 0; for (const { i } of m.values()) s += i; return s;`,
  bigSort:
    `let x = 1; const a = Array.from({ length: 20000 }, () => x = x * 48271 % 2147483647); a.sort((p, q) => p - q); return [a[0], a.at(-1)];`,
  errorCause:
    `try { try { JSON.parse("{"); } catch (cause) { throw new Error("outer", { cause }); } } catch (e) { return [e.message, e.cause.name, e instanceof Error]; }`,
  errorKinds:
    `const out = []; for (const f of [() => null.x, () => undefinedName, () => new Array(-1), () => decodeURIComponent("%"), () => BigInt("x"), () => { throw "text"; }]) try { f(); } catch (e) { out.push(e.name ?? e); } return out;`,
  aggregate:
    `try { await Promise.any([Promise.reject(new Error("a"))]); } catch (e) { return [e.name, e.errors[0].message]; }`,
  nullish:
    `const o = { a: null, b: 0 }; o.a ??= 5; o.b ||= 6; o.c &&= 7; return [o, o?.x?.y, o.z?.()];`,
  uri: `return [encodeURIComponent("a b&ü"), decodeURI("%C3%BC"), escape("ü")];`,
  switches:
    `const f = (x) => { switch (true) { case x > 10: return "big"; case x > 5: return "mid"; default: return "small"; } }; return [f(11), f(6), f(1)];`,
  usingTypes:
    `type Row = { id: number; tags?: string[] }; const rows: Row[] = [{ id: 1 }]; const ids = rows.map((r: Row): number => r.id); return ids as unknown;`,
};
