import type * as acorn from "acorn";
import { vitalMethods } from "./genome.ts";
import { isReservedName } from "./names.ts";
import type { Replacement } from "./rewrite.ts";
import { type ParsedCode, walk } from "./syntax.ts";

/** What every agent has: to use it says nothing about what the agent has made. */
const given: ReadonlySet<string> = new Set(["state", "query", ...vitalMethods]);

/**
 * Marks where a response uses what the agent has made: each call of `this.NAME(…)` or `NAME(…)` and each
 * reading of `this.NAME`, outside of nested functions, is wrapped in a call of `used`. An argument is
 * evaluated before its call, so `used` hears of a use only when it has succeeded: a call that threw,
 * or stands in a branch that was not taken, is none. A call that is awaited is wrapped with its `await`.
 *
 * Methods keep their text: only the response, which nobody inherits, is marked.
 *
 * @param parsed the response
 * @param used name of the function that is told `(NAME, value)` and returns the value; one that the
 * code cannot mean
 * @returns insertions before and behind each use
 */
export function markUses(parsed: ParsedCode, used: string): Replacement[] {
  const inner = new Set<acorn.Node>();
  const targets = new Set<acorn.Node>();
  const awaits = new Map<acorn.Node, acorn.Node>();
  const marks: Replacement[] = [];
  // Parents come first: what they say of a child is known when the child comes.
  walk(parsed.program, (node, _depth, parent) => {
    if (parent !== undefined && (inner.has(parent) || hasItsOwnThis(parent))) {
      inner.add(node);
      return;
    }
    for (const target of assigned(node)) targets.add(target);
    if (node.type === "AwaitExpression") awaits.set(node.argument, node);
    if (targets.has(node)) return;
    const name = calledName(node) ?? readName(node);
    if (name === undefined || given.has(name) || isReservedName(name)) return;
    const link = node.type === "CallExpression" && node.optional;
    // Within a longer chain (`this.f?.().x`) a mark would end the chain early.
    if (link && parent?.type !== "ChainExpression") return;
    const use = link ? parent ?? node : node;
    const { start, end } = awaits.get(use) ?? use;
    marks.push({ start, end: start, text: `${used}(${JSON.stringify(name)}, ` });
    marks.push({ start: end, end, text: ")" });
  });
  return marks;
}

function hasItsOwnThis({ type }: acorn.AnyNode): boolean {
  return type === "FunctionDeclaration" || type === "FunctionExpression" ||
    type === "ArrowFunctionExpression" || type === "ClassBody";
}

function calledName(node: acorn.AnyNode): string | undefined {
  if (node.type !== "CallExpression") return undefined;
  const { callee } = node;
  return callee.type === "Identifier" ? callee.name : ownName(callee);
}

function readName(node: acorn.AnyNode): string | undefined {
  return node.type === "MemberExpression" ? ownName(node) : undefined;
}

/** NAME of `this.NAME`. */
function ownName(node: acorn.AnyNode | acorn.Expression | acorn.Super): string | undefined {
  return node.type === "MemberExpression" && node.object.type === "ThisExpression" &&
      !node.computed && !node.optional && node.property.type === "Identifier"
    ? node.property.name
    : undefined;
}

/** Children that are written, deleted or called, and so are no readings. */
function assigned(node: acorn.AnyNode): readonly acorn.Node[] {
  switch (node.type) {
    case "AssignmentExpression":
    case "AssignmentPattern":
    case "ForInStatement":
    case "ForOfStatement":
      return [node.left];
    case "UpdateExpression":
    case "RestElement":
      return [node.argument];
    case "UnaryExpression":
      return node.operator === "delete" ? [node.argument] : [];
    case "CallExpression":
      return [node.callee];
    case "TaggedTemplateExpression":
      return [node.tag];
    case "ArrayPattern":
      return node.elements.filter((element) => element !== null);
    case "ObjectPattern":
      return node.properties.flatMap((property) =>
        property.type === "Property" ? [property.value] : []
      );
    default:
      return [];
  }
}
