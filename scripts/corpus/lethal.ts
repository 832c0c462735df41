import type { Cause } from "../../src/death/mod.ts";
import type { Draw, Weighted } from "./draw.ts";
import { call } from "./good.ts";
import { indent, methodNames, signatureOf } from "./methods.ts";
import { literal, missing, stateKeys, strangers } from "./words.ts";

/** A name for a function that goes wrong. */
const culprits = ["deep", "again", "dive", "loop"] as const;
const words = ["lost", "broken", "failed", "oops"] as const;
const paths = ["/", "/home", "/etc/passwd", "data.txt", "."] as const;
const commands = ["rm", "sh", "kill", "curl"] as const;

type Write = (draw: Draw) => string;

const mistake: Write = (draw) => {
  const name = draw.pick(missing);
  const key = draw.pick(Object.values(stateKeys).flat());
  return draw.weighted<() => string>([
    [3, () => `this.${name}(${literal(draw, "number")});`],
    // Not `name + 1`: in a compartment, reading a name that nobody declared gives undefined.
    [3, () => `return ${name}.${draw.pick(["length", "name", "size"])};`],
    [2, () => `${name}(${literal(draw, "text")});`],
    [3, () => `throw new Error("${draw.pick(words)}");`],
    [2, () => `return this.state.${name}.length;`],
    [2, () => `this.state.${name}.${key} = ${draw.int(0, 9)};`],
    [1, () => `null.${key};`],
    [1, () => `return JSON.parse("{");`],
    [1, () => `return "x".repeat(-${draw.int(1, 9)});`],
    [1, () => `return new Array(-${draw.int(1, 9)});`],
    [1, () => `await this.ask("${draw.pick(strangers)}", ${draw.int(0, 9)});`],
    [
      2,
      () => `function ${name}(x) {\n  throw new Error("${draw.pick(words)}");\n}\n${name}(1);`,
    ],
  ])();
};

/** Breaks a good line so that it can not parse. */
const nonsense: Write = (draw) => {
  const name = draw.pick(methodNames);
  const used = call(draw, signatureOf(name), "this.");
  return draw.weighted<() => string>([
    [3, () => `function ${name}(a, b) {\n  return a + b;`],
    [2, () => `function ${name}(a, b {\n  return a + b;\n}`],
    [3, () => `console.log(${used};`],
    [2, () => `return ${used.slice(0, -1)};`],
    [2, () => `let ${draw.int(1, 9)}x = ${draw.int(1, 9)};`],
    [2, () => `const = ${draw.int(1, 9)};`],
    [1, () => `return return ${draw.int(1, 9)};`],
    [1, () => `this.state.count = ;`],
    [1, () => `if (this.age > 3 { return 1; }`],
    [1, () => `console.log("${draw.pick(words)});`],
    [1, () => "function ( { return"],
  ])();
};

const unheard: Write = (draw) => {
  const word = draw.pick(words);
  return draw.pick([
    `Promise.reject(new Error("${word}"));\nreturn ${draw.int(0, 9)};`,
    `new Promise((done, fail) => fail(new Error("${word}")));`,
    `(async () => {\n  throw new Error("${word}");\n})();`,
  ]);
};

const bottomless: Write = (draw) => {
  const name = draw.pick(culprits);
  return draw.pick([
    `function ${name}(n) {\n  return ${name}(n + 1) + 1;\n}\n${name}(0);`,
    `this.${name} = function (n) {\n  return this.${name}(n + 1);\n};\nthis.${name}(0);`,
  ]);
};

const endless: Write = (draw) =>
  draw.weighted<() => string>([
    [3, () => "while (true) {}"],
    [1, () => `let total = 0;\nfor (;;) total += ${draw.int(1, 9)};`],
    [1, () => "await new Promise(() => {});"],
  ])();

const hoard: Write = (draw) => {
  const name = draw.pick(["hoard", "pile"]);
  return `const ${name} = [];\nwhile (true) ${name}.push(new Array(1e5).fill(${name}.length));`;
};

const blocks: Write = (draw) => {
  const name = draw.pick(["hoard", "pile"]);
  return `const ${name} = [];\nfor (;;) {\n  ${name}.push(new Uint8Array(16e6).fill(1));\n  await new Promise((done) => setTimeout(done, 5));\n}`;
};

const flood: Write = (draw) =>
  draw.pick([
    `for (;;) console.log("x".repeat(1000));`,
    `for (let n = 0; n < 1e5; n++) this.send("bob", n).catch(() => {});`,
    `for (let n = 0; n < 1e4; n++) await this.llm("again");`,
  ]);

const harm: Write = (draw) => {
  const path = draw.pick(paths);
  const command = draw.pick(commands);
  return draw.weighted<() => string>([
    // The seed's own lethal example: an attempt to remove files by running a command.
    [4, () => `await new Deno.Command("rm", { args: ["-rf", "${path}"] }).output();`],
    [2, () => `await new Deno.Command("${command}").output();`],
    [3, () => `await Deno.remove("${path}", { recursive: true });`],
    [2, () => `Deno.removeSync("${path}");`],
    [2, () => `await Deno.writeTextFile("${path}", "${draw.pick(words)}");`],
    [2, () => `return await Deno.readTextFile("${path}");`],
    [2, () => `require("fs").rmSync("${path}");`],
    [2, () => `require("child_process").execSync("rm -rf ${path}");`],
    [2, () => `const tool = await import("node:child_process");`],
    [2, () => `return await fetch("http://example.com/");`],
    [2, () => `process.kill(${draw.int(1, 9)});`],
    [1, () => `Deno.kill(1, "SIGKILL");`],
  ])();
};

const exit: Write = (draw) =>
  draw.pick([`Deno.exit(${draw.int(0, 2)});`, `process.exit(${draw.int(0, 2)});`]);

const flatline: Write = (draw) => {
  const idle = draw.pick([
    `return "resting";`,
    "console.log(this.age);",
    "this.state.count = 0;",
  ]);
  const form = draw.chance(0.5);
  const method = (name: string, parameters: string, body: string): string =>
    form
      ? `async function ${name}(${parameters}) {\n${indent(body)}\n}`
      : `this.${name} = async function (${parameters}) {\n${indent(body)}\n};`;
  return draw.pick([
    () => method("execute", "response", "this.query = response;"),
    () => method("execute", "response", idle),
    () => method("step", "", idle),
    () => method("handle", "message", idle),
  ])();
};

const breach: Write = (draw) => {
  const vital = draw.pick(["execute", "step", "handle"]);
  const key = draw.pick(stateKeys.number);
  return draw.pick([
    `this.${vital} = ${draw.pick([String(draw.int(0, 9)), "null", `"${draw.pick(words)}"`])};`,
    `this.state.self = this.state;`,
    `this.state.${key} = ${draw.int(1, 9)}n;`,
    `this.state = ${draw.int(1, 9)}n;`,
  ]);
};

/** Ways to die, with their share among the lethal responses. What costs seconds to live is rare. */
export const lethalMoves: Weighted<readonly [cause: Cause, write: Write]> = [
  [24, ["exception", mistake]],
  [18, ["syntax", nonsense]],
  [18, ["harm", harm]],
  [12, ["flatline", flatline]],
  [8, ["rejection", unheard]],
  [7, ["exit", exit]],
  [5, ["contract", breach]],
  [4, ["stack-overflow", bottomless]],
  [2, ["flood", flood]],
  [1.2, ["hang", endless]],
  [0.4, ["heap", hoard]],
  [0.4, ["memory", blocks]],
];
