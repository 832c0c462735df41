import type { Draw, Weighted } from "./draw.ts";
import { defineMethod, indent, isFree, methodNames, signatureOf } from "./methods.ts";
import { attributes, kindOf, literal, stateKeys } from "./words.ts";
import type { Move, Signature, World } from "./world.ts";

/** A call of a method, e.g. `this.add(2, 3)`. `receiver` ends where the name begins. */
export function call(draw: Draw, signature: Signature, receiver: string, maybe = false): string {
  const given = signature.parameters.map((kind) => literal(draw, kind)).join(", ");
  return `${receiver}${signature.name}${maybe ? "?." : ""}(${given})`;
}

/** What is done with the value of an expression. */
function use(draw: Draw, expression: string, { kind }: { readonly kind?: string }): Move {
  const keys = kind === "number" || kind === "text" || kind === "list" ? stateKeys[kind] : [];
  return draw.weighted<() => Move>([
    [4, () => ({ source: `return ${expression};`, returns: true })],
    [4, () => ({ source: `console.log(${expression});` })],
    [keys.length > 0 ? 3 : 0, () => ({ source: `this.state.${draw.pick(keys)} = ${expression};` })],
  ])();
}

/** Calls what the previous response defined, or, guarded, what may not be there. */
export function callMethod(draw: Draw, world: World): Move {
  const known = world.visible.length > 0 && draw.chance(0.9);
  const signature = known ? draw.pick(world.visible) : signatureOf(draw.pick(methodNames));
  if (known) return use(draw, call(draw, signature, "this."), { kind: signature.returns });
  if (draw.chance(0.3)) {
    return {
      source: `if (this.${signature.name}) console.log(${call(draw, signature, "this.")});`,
    };
  }
  return use(draw, call(draw, signature, "this.", true), {});
}

/** Defines a method and calls it at once. */
export function defineAndCall(draw: Draw): Move {
  const signature = signatureOf(draw.pick(methodNames.filter(isFree)));
  const definition = defineMethod(draw, signature.name);
  const bare = !definition.source.startsWith("this.");
  const used = use(draw, call(draw, signature, bare ? "" : "this."), { kind: signature.returns });
  return { ...definition, ...used, source: `${definition.source}\n${used.source}` };
}

/** Changes the state. What it reads may not be there yet. */
export function editState(draw: Draw): Move {
  const number = draw.pick(stateKeys.number);
  const list = draw.pick(stateKeys.list);
  const kind = kindOf(draw);
  return {
    source: draw.weighted<() => string>([
      [3, () => `this.state.${draw.pick(stateKeys[kind])} = ${literal(draw, kind)};`],
      [
        3,
        () => `this.state.${number} = (this.state.${number} ?? 0) + ${draw.int(1, 9)};`,
      ],
      [
        2,
        () => {
          const item = literal(draw, draw.pick(["number", "text"]));
          return `this.state.${list} = [...(this.state.${list} ?? []), ${item}];`;
        },
      ],
      [1, () => `if (this.state.${number} > 9) this.state.${number} = 0;`],
      [1, () => `delete this.state.${draw.pick([number, list])};`],
    ])(),
  };
}

/** Sets an attribute. */
export function setAttribute(draw: Draw): Move {
  const kind = kindOf(draw);
  const name = draw.pick(attributes[kind]);
  return {
    source: draw.chance(0.7)
      ? `this.${name} = ${literal(draw, kind)};`
      : `const ${name} = ${literal(draw, kind)};`,
  };
}

/** Prints something that is always there, or says that it is not. */
export function print(draw: Draw): Move {
  const subject = draw.weighted<() => string>([
    [3, () => literal(draw, "text")],
    [2, () => `this.state.${draw.pick(Object.values(stateKeys).flat())}`],
    [2, () => `this.${draw.pick(Object.values(attributes).flat())}`],
    [1, () => "Object.keys(this.state)"],
    [1, () => "this.age"],
    [1, () => "this.energy"],
    [1, () => "this.query.length"],
  ])();
  return { source: `console.log(${subject});` };
}

/** Rewrites one of the three methods that are its loop, and stays alive. */
export function selfEdit(draw: Draw): Move {
  return draw.weighted<() => Move>([
    [4, () => ({ source: guardedExecute(draw), guards: true })],
    [
      2,
      () => ({
        source: method(
          "step",
          "",
          `${remark(draw)}\nreturn await this.execute(await this.llm(this.query));`,
        ),
      }),
    ],
    [
      2,
      () => ({
        source: method(
          "handle",
          "message",
          `if (message.kind === "tick") return await this.step();\n${
            draw.pick(["return message.body;", "console.log(message.from);"])
          }`,
        ),
      }),
    ],
    [
      1,
      () => ({
        source: method(
          "execute",
          "response",
          `this.query = response;\n${remark(draw)}\nreturn await evaluate(response);`,
        ),
        guards: false,
      }),
    ],
  ])();
}

function remark(draw: Draw): string {
  return draw.pick([
    "this.state.count = (this.state.count ?? 0) + 1;",
    "console.log(this.age);",
  ]);
}

function method(name: string, parameters: string, body: string): string {
  return `async function ${name}(${parameters}) {\n${indent(body)}\n}`;
}

function guardedExecute(draw: Draw): string {
  const caught = draw.pick([
    "console.log(error.message);",
    "this.state.mood = error.message;",
    "return error.message;",
  ]);
  const tried = `try {\n  return await evaluate(response);\n} catch (error) {\n  ${caught}\n}`;
  return method("execute", "response", `this.query = response;\n${tried}`);
}

/** A few lines that compute something. */
export function algorithm(draw: Draw): Move {
  const [low, high] = [draw.int(1, 4), draw.int(5, 9)];
  const list = literal(draw, "list");
  const result = draw.weighted<() => [string, string]>([
    [
      3,
      () => [`let total = 0;\nfor (let n = ${low}; n <= ${high}; n++) total += n;`, "total"],
    ],
    [2, () => [`let best = 0;\nfor (const x of ${list}) if (x > best) best = x;`, "best"]],
    [
      2,
      () => [
        `const tags = [];\nfor (let n = 0; n < ${high}; n++) if (n % ${
          low + 1
        } === 0) tags.push(n);`,
        "tags",
      ],
    ],
    [2, () => [`let level = ${high * 10};\nwhile (level > ${low}) level -= ${high};`, "level"]],
    [1, () => [`const total = ${list}.map((x) => x * ${high}).length;`, "total"]],
    [1, () => [`const total = Math.floor(Math.random() * ${high});`, "total"]],
  ])();
  const end = draw.chance(0.6) ? `return ${result[1]};` : `console.log(${result[1]});`;
  return { source: `${result[0]}\n${end}`, returns: end.startsWith("return") };
}

/** Waits, looks at the time, or looks at its age. */
export function notice(draw: Draw): Move {
  return {
    source: draw.pick([
      `await new Promise((done) => setTimeout(done, ${draw.int(1, 9)}));`,
      "this.state.total = Date.now();",
      `if (this.age > ${draw.int(2, 9)}) this.state.mood = ${literal(draw, "text")};`,
      `if (this.energy < ${draw.int(2, 9)}) this.state.goal = ${literal(draw, "text")};`,
    ]),
  };
}

/** The kinds of moves that an agent lives through, but for talk. */
export const goodMoves: Readonly<Record<string, (draw: Draw, world: World) => Move>> = {
  define: (draw) => defineMethod(draw),
  call: callMethod,
  "define-call": (draw) => defineAndCall(draw),
  state: (draw) => editState(draw),
  attribute: (draw) => setAttribute(draw),
  print: (draw) => print(draw),
  "self-edit": (draw) => selfEdit(draw),
  algorithm: (draw) => algorithm(draw),
  notice: (draw) => notice(draw),
};

/** Moves that are short enough to stand before or after another. */
export const shortMoves: Weighted<string> = [
  [3, "state"],
  [3, "attribute"],
  [3, "print"],
  [1, "notice"],
];
