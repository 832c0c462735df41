import * as acorn from "acorn";
import { transform } from "sucrase";

/** How code is read: as the body of an async function in a module's strict mode. */
const parserOptions: acorn.Options = {
  ecmaVersion: "latest",
  sourceType: "module",
  allowReturnOutsideFunction: true,
  allowAwaitOutsideFunction: true,
  ranges: true,
};

/** Longest code that is parsed at all, in characters. */
export const maxCodeLength = 262_144;

/** Deepest nesting of syntax that is accepted; far below what overflows a parser's stack. */
const maxDepth = 256;

/** Code that parses, with all that later stages need to know of its text. */
export interface ParsedCode {
  readonly code: string;
  readonly program: acorn.Program;
  readonly tokens: readonly acorn.Token[];
  readonly comments: readonly acorn.Comment[];
}

/**
 * Parses code as the body of an async function. TypeScript's types are stripped where the text is
 * not JavaScript already.
 *
 * @param code JavaScript or TypeScript
 * @returns JavaScript and its syntax tree
 * @throws SyntaxError with the place and the line, in words that a model can use
 */
export function parseCode(code: string): ParsedCode {
  if (code.length > maxCodeLength) {
    throw new SyntaxError(
      `the code is too long: ${code.length} characters, at most ${maxCodeLength}`,
    );
  }
  const plain = tryParse(code);
  if (!(plain instanceof SyntaxError)) return plain;
  const stripped = tryStrip(code);
  if (stripped === undefined || stripped === code) throw plain;
  const typed = tryParse(stripped);
  if (typed instanceof SyntaxError) throw typed;
  return typed;
}

/**
 * Parses code as it stands, without a look for types.
 *
 * @param code JavaScript
 * @returns its syntax tree
 * @throws SyntaxError with the place and the line
 */
export function parseJavaScript(code: string): ParsedCode {
  const parsed = tryParse(code);
  if (parsed instanceof SyntaxError) throw parsed;
  return parsed;
}

/**
 * Removes TypeScript's types.
 *
 * @param code TypeScript
 * @returns JavaScript with the same line numbers, or undefined where it cannot be read
 */
function tryStrip(code: string): string | undefined {
  try {
    return transform(code, {
      transforms: ["typescript"],
      disableESTransforms: true,
      keepUnusedImports: true,
    }).code;
  } catch {
    return undefined;
  }
}

function tryParse(code: string): ParsedCode | SyntaxError {
  const tokens: acorn.Token[] = [];
  const comments: acorn.Comment[] = [];
  try {
    const program = acorn.parse(code, { ...parserOptions, onToken: tokens, onComment: comments });
    checkDepth(program);
    return { code, program, tokens, comments };
  } catch (error) {
    return asSyntaxError(error, code);
  }
}

/** An acorn error in our words; a parser that ran out of stack means code nested too deeply. */
function asSyntaxError(error: unknown, code: string): SyntaxError {
  const message = error instanceof Error ? error.message : "";
  if (error instanceof RangeError || /stack space/.test(message)) {
    return new SyntaxError("the code is nested too deeply");
  }
  if (!(error instanceof SyntaxError)) throw error;
  const place = (error as SyntaxError & { loc?: { line: number; column: number } }).loc;
  if (place === undefined) return new SyntaxError(error.message);
  const line = code.split(/\r\n|[\n\r\u2028\u2029]/)[place.line - 1] ?? "";
  const what = error.message.replace(/ \(\d+:\d+\)$/, "");
  return new SyntaxError(
    `${what} at line ${place.line}, column ${place.column + 1}: ${line.trim().slice(0, 120)}`,
  );
}

/** Refuses trees so deep that walking or compiling them could overflow a stack. */
function checkDepth(program: acorn.Program): void {
  walk(program, (_node, depth) => {
    if (depth > maxDepth) {
      throw new SyntaxError(`the code is nested too deeply: more than ${maxDepth} levels`);
    }
  });
}

/**
 * Names whose `typeof` the code asks: such a name must not throw where it is not defined.
 *
 * @param parsed code
 */
export function testedNames(parsed: ParsedCode): string[] {
  const names = new Set<string>();
  walk(parsed.program, (node) => {
    if (
      node.type === "UnaryExpression" && node.operator === "typeof" &&
      node.argument.type === "Identifier"
    ) names.add(node.argument.name);
  });
  return [...names];
}

/** A node of the tree, with its fields open to a walk. */
type OpenNode = acorn.Node & { readonly [field: string]: unknown };

/**
 * Visits every node, parents first, without recursion.
 *
 * @param root where to start
 * @param visit called with each node, its depth from the root, and its parent
 */
export function walk(
  root: acorn.Node,
  visit: (node: acorn.AnyNode, depth: number, parent: acorn.AnyNode | undefined) => void,
): void {
  const waiting: { node: OpenNode; depth: number; parent: OpenNode | undefined }[] = [
    { node: root as OpenNode, depth: 0, parent: undefined },
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, depth, parent } = next;
    visit(node as unknown as acorn.AnyNode, depth, parent as unknown as acorn.AnyNode | undefined);
    for (const field of Object.keys(node)) {
      const value = node[field];
      for (const child of Array.isArray(value) ? value : [value]) {
        if (isNode(child)) waiting.push({ node: child, depth: depth + 1, parent: node });
      }
    }
  }
}

function isNode(value: unknown): value is OpenNode {
  return typeof value === "object" && value !== null &&
    typeof (value as { type?: unknown }).type === "string" &&
    typeof (value as { start?: unknown }).start === "number";
}
