import type { Draw } from "./draw.ts";
import type { Kind } from "./words.ts";
import type { Move, Signature } from "./world.ts";

/** A method that an agent may give itself: its signature and a body, as an expression or statements. */
interface Recipe {
  readonly parameters: readonly (readonly [name: string, kind: Kind])[];
  readonly returns: Kind;
  /** Each is one way to write it; `{n}` stands for a digit. */
  readonly bodies: readonly string[];
  /** It uses `this`, so it can be no arrow and is called through `this` only. */
  readonly bound?: boolean;
}

const one: Recipe["parameters"] = [["x", "number"]];
const two: Recipe["parameters"] = [["a", "number"], ["b", "number"]];
const text: Recipe["parameters"] = [["text", "text"]];
const list: Recipe["parameters"] = [["list", "list"]];

const recipes: Readonly<Record<string, Recipe>> = {
  add: { parameters: two, returns: "number", bodies: ["return a + b;"] },
  sub: { parameters: two, returns: "number", bodies: ["return a - b;"] },
  mul: { parameters: two, returns: "number", bodies: ["return a * b;"] },
  max: {
    parameters: two,
    returns: "number",
    bodies: ["return Math.max(a, b);", "return a > b ? a : b;"],
  },
  double: { parameters: one, returns: "number", bodies: ["return x * 2;", "return x + x;"] },
  square: { parameters: one, returns: "number", bodies: ["return x * x;"] },
  inc: { parameters: one, returns: "number", bodies: ["return x + {n};"] },
  clamp: { parameters: one, returns: "number", bodies: ["return Math.min(x, {n});"] },
  roll: { parameters: one, returns: "number", bodies: ["return Math.floor(Math.random() * x);"] },
  fact: {
    parameters: one,
    returns: "number",
    bodies: ["let out = 1;\nfor (let n = 2; n <= x; n++) out *= n;\nreturn out;"],
  },
  fib: {
    parameters: one,
    returns: "number",
    bodies: ["let [a, b] = [0, 1];\nfor (let n = 0; n < x; n++) [a, b] = [b, a + b];\nreturn a;"],
  },
  gcd: {
    parameters: two,
    returns: "number",
    bodies: ["while (b > 0) [a, b] = [b, a % b];\nreturn a;"],
  },
  greet: { parameters: text, returns: "text", bodies: [`return "hello " + text;`] },
  shout: { parameters: text, returns: "text", bodies: ["return text.toUpperCase();"] },
  reverse: {
    parameters: text,
    returns: "text",
    bodies: [`return [...text].reverse().join("");`],
  },
  size: { parameters: text, returns: "number", bodies: ["return text.length;"] },
  sum: {
    parameters: list,
    returns: "number",
    bodies: [
      "return list.reduce((a, b) => a + b, 0);",
      "let out = 0;\nfor (const x of list) out += x;\nreturn out;",
    ],
  },
  last: { parameters: list, returns: "number", bodies: ["return list[list.length - 1];"] },
  evens: { parameters: list, returns: "list", bodies: ["return list.filter((x) => x % 2 === 0);"] },
  scale: { parameters: list, returns: "list", bodies: ["return list.map((x) => x * {n});"] },
  order: { parameters: list, returns: "list", bodies: ["return [...list].sort((a, b) => a - b);"] },
  bump: {
    parameters: one,
    returns: "number",
    bodies: ["this.state.count = (this.state.count ?? 0) + x;\nreturn this.state.count;"],
    bound: true,
  },
  note: {
    parameters: text,
    returns: "list",
    bodies: ["this.state.notes = [...(this.state.notes ?? []), text];\nreturn this.state.notes;"],
    bound: true,
  },
  keep: {
    parameters: one,
    returns: "number",
    bodies: ["this.state.best = Math.max(this.state.best ?? 0, x);\nreturn this.state.best;"],
    bound: true,
  },
};

const types: Readonly<Record<Kind, string>> = {
  number: "number",
  text: "string",
  list: "number[]",
};

/** Names of all methods that the corpus knows. */
export const methodNames: readonly string[] = Object.keys(recipes);

/** The signature of a method of the corpus. */
export function signatureOf(name: string): Signature {
  const recipe = recipes[name];
  if (recipe === undefined) throw new RangeError(`there is no recipe '${name}'`);
  return {
    name,
    parameters: recipe.parameters.map(([, kind]) => kind),
    returns: recipe.returns,
  };
}

/** Whether a method can be called by its bare name in the response that defines it. */
export function isFree(name: string): boolean {
  return recipes[name]?.bound !== true;
}

/** Statements, moved in by one step. */
export function indent(source: string): string {
  return source.split("\n").map((line) => `  ${line}`).join("\n");
}

/** A definition of one method, in one of the ways that JavaScript (or TypeScript) has. */
export function defineMethod(draw: Draw, name: string = draw.pick(methodNames)): Move {
  const recipe = recipes[name];
  if (recipe === undefined) throw new RangeError(`there is no recipe '${name}'`);
  const body = draw.pick(recipe.bodies).replace("{n}", String(draw.int(2, 9)));
  const names = recipe.parameters.map(([parameter]) => parameter).join(", ");
  const expression = /^return (.*);$/.exec(body)?.[1];
  const form = draw.weighted<"function" | "method" | "arrow" | "typed">([
    [12, "function"],
    [4, "method"],
    [expression !== undefined && recipe.bound !== true ? 3 : 0, "arrow"],
    [1, "typed"],
  ]);
  return { source: write(form), defines: [signatureOf(name)] };

  function write(as: typeof form): string {
    switch (as) {
      case "function":
        return `function ${name}(${names}) {\n${indent(body)}\n}`;
      case "method":
        return `this.${name} = function (${names}) {\n${indent(body)}\n};`;
      case "arrow":
        return `const ${name} = (${names}) => ${expression};`;
      case "typed": {
        const typed = recipe!.parameters.map(([parameter, kind]) => `${parameter}: ${types[kind]}`);
        return `function ${name}(${typed.join(", ")}) {\n${indent(body)}\n}`;
      }
      default:
        return as satisfies never;
    }
  }
}
