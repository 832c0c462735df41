/**
 * The names that agent code may use without declaring them. One list for the compartment, which
 * removes every global that is not here, and for the closure check, which refuses to inherit a
 * function that needs a name that is neither here nor the agent's own.
 */

/** ECMAScript itself, as the shell's compartments have it. */
export const languageNames: readonly string[] = [
  "Infinity",
  "NaN",
  "undefined",
  "globalThis",
  "isFinite",
  "isNaN",
  "parseFloat",
  "parseInt",
  "decodeURI",
  "decodeURIComponent",
  "encodeURI",
  "encodeURIComponent",
  "escape",
  "unescape",
  "Array",
  "ArrayBuffer",
  "BigInt",
  "BigInt64Array",
  "BigUint64Array",
  "Boolean",
  "DataView",
  "Date",
  "Error",
  "AggregateError",
  "EvalError",
  "RangeError",
  "ReferenceError",
  "SyntaxError",
  "TypeError",
  "URIError",
  "Float32Array",
  "Float64Array",
  "Function",
  "Int8Array",
  "Int16Array",
  "Int32Array",
  "Intl",
  "Iterator",
  "JSON",
  "Map",
  "Math",
  "Number",
  "Object",
  "Promise",
  "Proxy",
  "Reflect",
  "RegExp",
  "Set",
  "String",
  "Symbol",
  "Uint8Array",
  "Uint8ClampedArray",
  "Uint16Array",
  "Uint32Array",
  "WeakMap",
  "WeakSet",
];

/** What a cell adds to the language. */
export const endowedNames: readonly string[] = [
  "console",
  "evaluate",
  "setTimeout",
  "clearTimeout",
  "clearInterval",
];

/** What other hosts have and a cell has not: each throws an error that says what to use instead. */
export const absentNames: readonly string[] = ["eval", "setInterval", "queueMicrotask"];

/** Powers that no agent has: reaching through one is noted, using one is harm. */
export const tripwireNames: readonly string[] = [
  "Deno",
  "process",
  "require",
  "fetch",
  "Worker",
  "WebSocket",
  "EventSource",
  "XMLHttpRequest",
  "BroadcastChannel",
  "Bun",
  "importScripts",
  "WebAssembly",
];

/** What `import(…)` in agent code is rewritten to. */
export const importName = "import_";

/** What an agent is given on its prototype: read or called by `this.NAME`, and never inherited. */
export const powerNames: readonly string[] = ["llm", "send", "ask", "use", "age", "energy"];

const globals = new Set([
  ...languageNames,
  ...endowedNames,
  ...absentNames,
  ...tripwireNames,
  importName,
]);
const powers = new Set([...powerNames, "__proto__"]);

/**
 * Whether a free name in a function means the same in every compartment.
 *
 * @param name an identifier
 */
export function isGlobalName(name: string): boolean {
  return globals.has(name);
}

/**
 * Whether a name can never be an agent's own: a declaration of it stays local to its response.
 *
 * @param name an identifier or a property key
 */
export function isReservedName(name: string): boolean {
  return powers.has(name) || globals.has(name);
}
