import type { Cause } from "../../src/death/mod.ts";

/** A way to die on purpose: what the model says, and the cause that must be in the ledger. */
export interface LethalFixture {
  readonly name: string;
  readonly cause: Cause;
  readonly response: string;
  /** What the evidence must say, beside the cause. */
  readonly evidence?: RegExp;
  /** The death shows only at the step after the edit, which a harmless response then triggers. */
  readonly later?: boolean;
}

/** One fixture at least for each cause that an agent can bring about by itself. */
export const lethalFixtures: readonly LethalFixture[] = [
  { name: "syntax", cause: "syntax", response: "function ( { return", evidence: /\S/ },
  { name: "exception", cause: "exception", response: "null.x", evidence: /null/ },
  {
    name: "undefined-name",
    cause: "exception",
    response: "missing(1)",
    evidence: /missing/,
  },
  {
    name: "rejection",
    cause: "rejection",
    response: `Promise.reject(new Error("nobody caught me"));\nreturn 1;`,
    evidence: /nobody caught me/,
  },
  {
    name: "stack-overflow",
    cause: "stack-overflow",
    response: "function deep(n) { return deep(n + 1) + 1; }\ndeep(0);",
    evidence: /stack/i,
  },
  { name: "busy-loop", cause: "hang", response: "while (true) {}" },
  {
    name: "endless-microtasks",
    cause: "hang",
    // A chain of `then` would fill the heap first; this one does not grow.
    response: "for (;;) await null;",
  },
  {
    name: "catastrophic-regex",
    cause: "hang",
    response: `/^(a+)+$/.test("a".repeat(40) + "b")`,
  },
  { name: "never-settles", cause: "hang", response: "await new Promise(() => {});" },
  {
    name: "heap",
    cause: "heap",
    response: `const hoard = [];\nwhile (true) hoard.push(new Array(1e6).fill(hoard.length));`,
    evidence: /memory/i,
  },
  {
    name: "memory",
    cause: "memory",
    response:
      `const hoard = [];\nfor (;;) {\n  const block = new Uint8Array(16e6).fill(1);\n  hoard.push(block);\n  await new Promise((done) => setTimeout(done, 5));\n}`,
  },
  {
    name: "print-flood",
    cause: "flood",
    response: `for (;;) console.log("x".repeat(1000));`,
  },
  {
    name: "message-flood",
    cause: "flood",
    response: `for (let n = 0; n < 1e5; n++) this.send("witness", n).catch(() => {});`,
  },
  {
    name: "model-flood",
    cause: "flood",
    response: `for (let n = 0; n < 1e4; n++) await this.llm("again");`,
  },
  {
    name: "harm-command",
    cause: "harm",
    response: `await new Deno.Command("rm", { args: ["-rf", "{{DIR}}"] }).output();`,
    evidence: /Deno\.Command/,
  },
  {
    name: "harm-require",
    cause: "harm",
    response: `require("node:child_process").execSync("rm -rf {{DIR}}");`,
    evidence: /require/,
  },
  {
    name: "harm-caught",
    cause: "harm",
    response: `try { await Deno.remove("{{DIR}}/keep.txt"); } catch { return "nobody saw"; }`,
    evidence: /Deno\.remove/,
  },
  {
    name: "harm-import",
    cause: "harm",
    response: `const fs = await import("node:fs");\nfs.rmSync("{{DIR}}", { recursive: true });`,
    evidence: /import/,
  },
  { name: "exit", cause: "exit", response: "Deno.exit(0);" },
  {
    name: "flatline-execute",
    cause: "flatline",
    response: `this.execute = async function (response) { this.query = response; };`,
  },
  {
    name: "flatline-step",
    cause: "flatline",
    response: `async function step() { return "resting"; }`,
  },
  {
    name: "flatline-handle",
    cause: "flatline",
    response: `this.handle = async function (message) { console.log("ignored"); };`,
  },
  { name: "contract-type", cause: "contract", response: "this.execute = 5;" },
  {
    name: "contract-cycle",
    cause: "contract",
    response: "this.state.self = this.state;",
  },
  {
    name: "contract-size",
    cause: "contract",
    response: `this.state.big = "x".repeat(200000);`,
    evidence: /genome|size|bytes/i,
  },
  {
    name: "execute-that-throws",
    cause: "exception",
    response: `async function execute(response) { throw new Error("I broke myself"); }`,
    evidence: /I broke myself/,
    later: true,
  },
];
