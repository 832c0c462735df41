import type * as acorn from "acorn";
import { extractCode } from "./extract.ts";
import { isReservedName } from "./names.ts";
import type { StaticReach } from "./reaches.ts";
import { replaceAll, type Replacement, safeguards } from "./rewrite.ts";
import { parseCode, testedNames } from "./syntax.ts";
import { markUses } from "./uses.ts";

/** A response made ready to be evaluated in a compartment. */
export interface PreparedResponse {
  /**
   * An expression: a function of `keep` and `used` that gives an async function of nothing, so that
   * the code finds neither in its `arguments`. That calls `keep(getters)` first, with a getter for each top-level declaration, and `keep(name, value)` after each; and `used(name, value)`,
   * which returns the value, where it has used something of the agent's own: see `markUses`.
   */
  readonly expression: string;
  /** Names whose `typeof` it asks: not an error where they are not defined. */
  readonly testedNames: readonly string[];
  /** Top-level declarations that become the agent's own, in order. */
  readonly names: readonly string[];
  /** Reaches for powers that no agent has, as they stand in the code. */
  readonly reaches: readonly StaticReach[];
}

/**
 * Turns a model's response into an expression to evaluate. Its code is the body of an async
 * function, called with the agent as `this`; its top-level declarations become the agent's methods
 * and values, as in a REPL: functions when it starts, the others when they are reached. Nested code
 * is left as it is, so that a method's source is what the model wrote.
 *
 * @param response Markdown or code, JavaScript or TypeScript
 * @returns the expression and the names that it declares
 * @throws SyntaxError in words that a model can use
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(prepareResponse("const x = 1; function f() { let y; }").names, ["x", "f"]);
 * ```
 */
export function prepareResponse(response: string): PreparedResponse {
  const parsed = parseCode(extractCode(response));
  const { replacements: safe, reaches } = safeguards(parsed);
  const keep = unusedName(parsed.code, "$keep");
  const used = unusedName(parsed.code, "$used");
  const replacements: Replacement[] = [...safe, ...markUses(parsed, used)];
  const names: string[] = [];
  const hoisted: string[] = [];
  for (const statement of parsed.program.body) {
    const declared = declaredNames(statement).filter((name) => !isReservedName(name));
    names.push(...declared);
    if (statement.type === "FunctionDeclaration") {
      hoisted.push(...declared);
    } else if (declared.length > 0) {
      const text = declared.map((name) => `;${keep}(${JSON.stringify(name)}, ${name});`).join("");
      replacements.push({ start: statement.end, end: statement.end, text });
    }
  }
  const unique = [...new Set(names)];
  const getters = unique.map((name) => `[${JSON.stringify(name)}, () => ${name}]`).join(", ");
  const starts = hoisted.map((name) => `${keep}(${JSON.stringify(name)}, ${name});`).join(" ");
  const body = replaceAll(parsed.code, replacements);
  return {
    // Two functions, so that `arguments` leads the code to neither name.
    expression:
      `((${keep}, ${used}) => async function () { ${keep}([${getters}]); ${starts} ${body}\n})`,
    testedNames: testedNames(parsed),
    names: unique,
    reaches,
  };
}

/** A name that does not occur in the code, so that the code cannot mean it. */
function unusedName(code: string, wish: string): string {
  let name = wish;
  while (code.includes(name)) name += "_";
  return name;
}

function declaredNames(statement: acorn.Program["body"][number]): string[] {
  switch (statement.type) {
    case "FunctionDeclaration":
    case "ClassDeclaration":
      return [statement.id.name];
    case "VariableDeclaration":
      return statement.declarations.flatMap((declaration) => boundNames(declaration.id));
    default:
      return [];
  }
}

function boundNames(pattern: acorn.Pattern): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        boundNames(property.type === "RestElement" ? property.argument : property.value)
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => element === null ? [] : boundNames(element));
    case "RestElement":
      return boundNames(pattern.argument);
    case "AssignmentPattern":
      return boundNames(pattern.left);
    case "MemberExpression":
      return [];
  }
}
