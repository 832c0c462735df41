import { assert, assertEquals } from "@std/assert";
import { builtinModules } from "node:module";
import { birthOf, launchOptions, realCell, step, testLimits } from "./support.ts";

/**
 * All that code can reach, as text in `surface/`: an upgrade of Deno or of `ses` that adds or takes
 * away anything fails here, with the names as the difference. Look at each, decide, and write the
 * files again: `UPDATE_SURFACE=1 deno test … tests/cell/surface_snapshot_test.ts`.
 */
async function compare(name: string, lines: readonly string[]): Promise<void> {
  const file = new URL(`surface/${name}.txt`, import.meta.url);
  const text = [...lines].map((line) => line + "\n").join("");
  if (Deno.env.get("UPDATE_SURFACE") === "1") await Deno.writeTextFile(file, text);
  assertEquals(lines, (await Deno.readTextFile(file)).trimEnd().split("\n"));
}

/** Walks everything from the names that agent code has, by values, accessors and prototypes. */
const walk = `
const lines = [];
const seen = new Map();
const queue = [];
const visit = (path, value) => {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return;
  if (seen.has(value)) return;
  seen.set(value, path);
  queue.push([path, value]);
};
const nameOf = (key) => typeof key === "symbol" ? "[" + key.description + "]" : key;
for (const key of Reflect.ownKeys(globalThis)) if (key !== "globalThis") visit(nameOf(key), globalThis[key]);
for (const [name, value] of Object.entries({ evaluate, setTimeout, clearTimeout, clearInterval })) visit(name, value);
visit("agent's prototype", Object.getPrototypeOf(this));
visit("globalThis", globalThis);
visit("GeneratorFunction", (function* () {}).constructor);
visit("generator", (function* () {})());
visit("async function", Object.getPrototypeOf(async () => {}));
visit("async generator function", Object.getPrototypeOf(async function* () {}));
for (const [name, made] of Object.entries({
  "array iterator": [][Symbol.iterator](), "string iterator": ""[Symbol.iterator](),
  "map iterator": new Map()[Symbol.iterator](), "set iterator": new Set()[Symbol.iterator](),
  "regexp iterator": "".matchAll(/x/g), "iterator helper": [].values().map((x) => x),
  "wrapped iterator": Iterator.from({ next() {} }), "arguments": (function () { return arguments; })(),
  "segments": new Intl.Segmenter().segment(""), "promise": Promise.resolve(), "error": new Error("x"),
})) visit(name, Object.getPrototypeOf(made));
for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
  const [path, value] = next;
  const members = [];
  for (const key of Reflect.ownKeys(value)) {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    const name = nameOf(key);
    members.push(name + ("value" in descriptor ? "" : "!") + (Object.isFrozen(value) || !descriptor.writable && !descriptor.configurable ? "" : "~"));
    if ("value" in descriptor) visit(path + "." + name, descriptor.value);
    else { visit(path + "." + name + " (get)", descriptor.get); visit(path + "." + name + " (set)", descriptor.set); }
  }
  visit("prototype of " + path, Object.getPrototypeOf(value));
  if (typeof value === "function" && members.sort().join() === "length,name") continue;
  lines.push(path + ": " + members.sort().join(" "));
}
for (const line of lines.sort()) console.log(line);
`;

Deno.test("what agent code reaches is what it reached before", async () => {
  const limits = { ...testLimits, printBytes: 1_000_000, frameBytes: 4_000_000 };
  await using cell = await realCell(limits);
  await cell.birth(birthOf(undefined, limits));
  const outcome = await step(cell, `{ ${walk} }`);
  assert(outcome.lived, JSON.stringify(outcome));
  await compare("agent", outcome.prints);
  // "~" marks what can be changed, and would be the same for the next life in the cell.
  assertEquals(outcome.prints.filter((line) => line.includes("~")), []);
});

Deno.test("what a Worker without permissions has before the shell cuts it is what it had", async () => {
  const code = `
    const core = Deno[Deno.internal].core;
    const chain = [];
    for (let o = globalThis; o !== null && o !== Object.prototype; o = Object.getPrototypeOf(o)) {
      chain.push(...Reflect.ownKeys(o).map(String));
    }
    const lines = (title, names) => names.sort().map((name) => title + name);
    postMessage([
      ...lines("global ", [...new Set(chain)]),
      ...lines("Deno.", Reflect.ownKeys(Deno).map(String)),
      ...lines("core.", Reflect.ownKeys(core).map(String)),
      ...lines("op ", Reflect.ownKeys(core.ops).map(String)),
    ]);`;
  const options = { type: "module", deno: { permissions: "none" } } as WorkerOptions;
  const worker = new Worker("data:text/javascript," + encodeURIComponent(code), options);
  const { promise, resolve, reject } = Promise.withResolvers<string[]>();
  worker.onmessage = (event: MessageEvent<string[]>) => resolve(event.data);
  worker.onerror = (event) => {
    event.preventDefault();
    reject(new Error(event.message));
  };
  const names = await promise.finally(() => worker.terminate());
  await compare("worker", names);
});

Deno.test("Node's built-in modules are those that the import map shuts out", async () => {
  const { imports } = JSON.parse(await Deno.readTextFile(`${launchOptions.dist}/import_map.json`));
  await compare("builtins", [...builtinModules].sort());
  const missing = builtinModules.flatMap((name) => [name, `node:${name.replace(/^node:/, "")}`])
    .filter((name) => !(name in imports));
  assertEquals(missing, []);
});
