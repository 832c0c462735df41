import { analyze } from "eslint-scope";
import type * as acorn from "acorn";
import { replaceAll, safeguards } from "./rewrite.ts";
import { type ParsedCode, parseJavaScript, testedNames } from "./syntax.ts";

/** A method's source, made ready to be compiled. */
export interface PreparedMethod {
  /** An expression whose value is the function. */
  readonly expression: string;
  /** Names whose `typeof` it asks: not an error where they are not defined. */
  readonly testedNames: readonly string[];
  /** Names that the function uses and does not declare. */
  readonly freeNames: readonly string[];
}

/**
 * Reads a method's source as `Function.prototype.toString` gives it: a function, arrow or class
 * expression, or a method shorthand (`name() { … }`, `async *name() { … }`).
 *
 * @param source the source text
 * @returns an expression and its free names
 * @throws SyntaxError where it is none of these
 */
export function prepareMethod(source: string): PreparedMethod {
  const method = asExpression(source) ?? asShorthand(source);
  if (method === undefined) {
    // Once more for the error text: what is wrong with it as an expression.
    parseJavaScript(`(${source}\n)`);
    throw new SyntaxError("a method must be a function, a class or a method shorthand");
  }
  return method;
}

const functionTypes = new Set([
  "FunctionExpression",
  "ArrowFunctionExpression",
  "ClassExpression",
]);

function asExpression(source: string): PreparedMethod | undefined {
  const parsed = tryParse(`(${source}\n)`);
  const expression = onlyExpression(parsed);
  if (parsed === undefined || expression === undefined) return undefined;
  if (!functionTypes.has(expression.type) || expression.start !== 1) return undefined;
  return prepared(parsed, replaceAll(parsed.code, safeguards(parsed).replacements));
}

function asShorthand(source: string): PreparedMethod | undefined {
  const parsed = tryParse(`({${source}\n})`);
  const object = onlyExpression(parsed);
  if (parsed === undefined || object?.type !== "ObjectExpression") return undefined;
  const [property, ...others] = object.properties;
  if (others.length > 0 || property?.type !== "Property") return undefined;
  if (!property.method || property.kind !== "init" || property.computed) return undefined;
  const { key } = property;
  const name = key.type === "Identifier"
    ? key.name
    : key.type === "Literal"
    ? String(key.value)
    : undefined;
  if (name === undefined || name === "__proto__") return undefined;
  const text = replaceAll(parsed.code, safeguards(parsed).replacements);
  return prepared(parsed, `${text}[${JSON.stringify(name)}]`);
}

function prepared(parsed: ParsedCode, expression: string): PreparedMethod {
  return { expression, testedNames: testedNames(parsed), freeNames: freeNames(parsed) };
}

function tryParse(code: string): ParsedCode | undefined {
  try {
    return parseJavaScript(code);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The expression, where a program is one expression statement and nothing else. */
function onlyExpression(parsed: ParsedCode | undefined): acorn.Expression | undefined {
  const [statement, ...others] = parsed?.program.body ?? [];
  if (others.length > 0 || statement?.type !== "ExpressionStatement") return undefined;
  return statement.expression;
}

function freeNames(parsed: ParsedCode): string[] {
  // acorn's and estree's types differ in words only.
  const program = parsed.program as unknown as Parameters<typeof analyze>[0];
  const scopes = analyze(program, { ecmaVersion: 2022, sourceType: "module" });
  const names = new Set<string>();
  for (const reference of scopes.globalScope?.through ?? []) names.add(reference.identifier.name);
  return [...names].sort();
}
