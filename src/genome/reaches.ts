import type * as acorn from "acorn";
import { analyze } from "eslint-scope";
import { absentNames, endowedNames, tripwireNames } from "./names.ts";
import { type ParsedCode, walk } from "./syntax.ts";

/** A reach for something that no agent has, as it stands in code: whether it ever runs is not known. */
export interface StaticReach {
  /** As written, `globalThis.` left out: `Deno.remove`. */
  readonly power: string;
  readonly use: "call" | "read" | "typeof";
}

/** What was read of a piece of code. */
export interface Reaches {
  readonly reaches: readonly StaticReach[];
  /** Ranges that are written another way: see {@linkcode readReaches}. */
  readonly replacements: readonly {
    readonly start: number;
    readonly end: number;
    readonly text: string;
  }[];
}

const trapped = new Set([...tripwireNames, ...absentNames]);
const onlyBare = new Set([...trapped, ...endowedNames]);
const nothing: Reaches = { reaches: [], replacements: [] };
const maxReaches = 64;

/**
 * Reads code for names of powers that no agent has, and writes three things another way, so that they
 * mean in a cell what their author meant:
 *
 * - `typeof Deno` is the `typeof` of something undefined: on this host there is none.
 * - `globalThis.Deno.remove` is `Deno.remove`: who reaches through it reaches for it.
 * - `globalThis.setTimeout` is `setTimeout`, which stands in the agent's scope and on no object.
 *
 * @param parsed code
 */
export function readReaches(parsed: ParsedCode): Reaches {
  // A token's value is the name it means, however its letters are escaped.
  const named = parsed.tokens.some((token: acorn.Token & { value?: unknown }) =>
    token.type.label === "name" &&
    (token.value === "globalThis" || trapped.has(String(token.value)))
  );
  if (!named) return nothing;
  const free = freePlaces(parsed);
  const reaches: StaticReach[] = [];
  const replacements: { start: number; end: number; text: string }[] = [];
  const note = (power: string, use: StaticReach["use"]) => {
    if (reaches.length < maxReaches) reaches.push({ power: power.slice(0, 120), use });
  };
  const pathOf = (node: acorn.AnyNode): string | undefined => {
    if (node.type === "Identifier") {
      return free.has(node.start) && trapped.has(node.name) ? node.name : undefined;
    }
    if (node.type !== "MemberExpression") return undefined;
    const key = keyOf(node);
    if (key === undefined) return undefined;
    if (isGlobalThis(node.object)) return trapped.has(key) ? key : undefined;
    const base = pathOf(node.object);
    return base === undefined ? undefined : `${base}.${key}`;
  };
  const isGlobalThis = (node: acorn.AnyNode): boolean =>
    node.type === "Identifier" && node.name === "globalThis" && free.has(node.start);

  walk(parsed.program, (node, _depth, parent) => {
    const path = pathOf(node);
    if (node.type === "MemberExpression" && isGlobalThis(node.object)) {
      const key = keyOf(node);
      const usable = key !== undefined && endowedNames.includes(key) && !isTarget(node, parent);
      if (key !== undefined && onlyBare.has(key) && (usable || isUsed(node, parent))) {
        replacements.push({ start: node.start, end: node.end, text: key });
      }
    }
    if (path === undefined) return;
    if (parent?.type === "UnaryExpression" && parent.operator === "typeof") {
      note(path, "typeof");
      const root = path.split(".", 1)[0];
      const text = `typeof void ${JSON.stringify(root)}`;
      replacements.push({ start: parent.start, end: parent.end, text });
    } else if (isCalled(node, parent)) note(path, "call");
    else if (!(isUsed(node, parent) && pathOf(parent as acorn.AnyNode) !== undefined)) {
      note(path, "read");
    }
  });
  return { reaches, replacements: outermost(replacements) };
}

/** A replacement inside another is gone with what stood there. */
function outermost<R extends { start: number; end: number }>(replacements: readonly R[]): R[] {
  return replacements.filter((inner) =>
    !replacements.some((outer) =>
      outer !== inner && outer.start <= inner.start && inner.end <= outer.end &&
      outer.end - outer.start > inner.end - inner.start
    )
  );
}

/** A property's name, where it can be read off the code: `.name`, `["name"]`, `["na" + "me"]`. */
function keyOf(node: acorn.MemberExpression): string | undefined {
  if (!node.computed) return node.property.type === "Identifier" ? node.property.name : undefined;
  return textOf(node.property);
}

function textOf(node: acorn.Expression | acorn.PrivateIdentifier): string | undefined {
  switch (node.type) {
    case "Literal":
      return typeof node.value === "string" ? node.value : undefined;
    case "TemplateLiteral":
      return node.expressions.length === 0 ? node.quasis[0]?.value.cooked ?? undefined : undefined;
    case "BinaryExpression": {
      if (node.operator !== "+") return undefined;
      const left = textOf(node.left), right = textOf(node.right);
      return left === undefined || right === undefined ? undefined : left + right;
    }
    default:
      return undefined;
  }
}

function isCalled(node: acorn.AnyNode, parent: acorn.AnyNode | undefined): boolean {
  return (parent?.type === "CallExpression" || parent?.type === "NewExpression") &&
    parent.callee === node;
}

/** Whether something is reached through it at once, so that its absence would be an error. */
function isUsed(node: acorn.MemberExpression | acorn.AnyNode, parent: acorn.AnyNode | undefined) {
  if (parent?.type === "MemberExpression") return parent.object === node && !parent.optional;
  return isCalled(node, parent) && !(parent?.type === "CallExpression" && parent.optional);
}

function isTarget(node: acorn.AnyNode, parent: acorn.AnyNode | undefined): boolean {
  switch (parent?.type) {
    case "AssignmentExpression":
      return parent.left === node;
    case "UpdateExpression":
      return true;
    case "UnaryExpression":
      return parent.operator === "delete";
    default:
      return false;
  }
}

/** Where names stand that the code does not declare itself. */
function freePlaces(parsed: ParsedCode): Set<number> {
  // acorn's and estree's types differ in words only.
  const program = parsed.program as unknown as Parameters<typeof analyze>[0];
  const scopes = analyze(program, { ecmaVersion: 2022, sourceType: "module" });
  return new Set(
    (scopes.globalScope?.through ?? []).flatMap(({ identifier }) =>
      typeof identifier.range?.[0] === "number" ? [identifier.range[0]] : []
    ),
  );
}
