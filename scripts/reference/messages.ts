import { type Expression, parse } from "acorn";
import { transform } from "sucrase";
import type { ErrorCode } from "../../src/core/errors.ts";
import { errorCodes } from "../../src/core/errors.ts";

/** An error as the source makes it: what changes from case to case is an ellipsis. */
export interface SourceMessage {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
}

/** Stands for what is known only when it happens. */
export const ellipsis = "…";

/**
 * Every error that the source makes, in the order of its files.
 *
 * @param folder of TypeScript files, subfolders included
 */
export function messagesOf(folder: string): SourceMessage[] {
  return filesOf(folder).flatMap((path) => messagesIn(Deno.readTextFileSync(path)));
}

/** The errors that one file makes. */
export function messagesIn(source: string): SourceMessage[] {
  const { code } = transform(source, { transforms: ["typescript"], disableESTransforms: true });
  const found: SourceMessage[] = [];
  walk(parse(code, { ecmaVersion: "latest", sourceType: "module" }), (node) => {
    if (node.type !== "NewExpression" || nameOf(node["callee"]) !== "VivariumError") return;
    const [kind, message, options] = node["arguments"] as (Expression | undefined)[];
    const hint = texts(property(options, "hint"))[0];
    for (const code of texts(kind)) {
      if (!isErrorCode(code)) continue;
      found.push(...texts(message).map((text) => ({ code, message: once(text), hint })));
    }
  });
  return found;
}

/** Two unknown parts that stand side by side are one. */
function once(text: string): string {
  return text.replaceAll(/…+/g, ellipsis);
}

function filesOf(folder: string): string[] {
  return [...Deno.readDirSync(folder)].sort((a, b) => a.name < b.name ? -1 : 1).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory ? filesOf(path) : path.endsWith(".ts") ? [path] : [];
  });
}

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

function walk(value: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(value)) return value.forEach((child) => walk(child, visit));
  if (!isNode(value)) return;
  visit(value);
  for (const child of Object.values(value)) walk(child, visit);
}

/** The texts that an expression may give: several where it chooses, none where it is no text. */
function texts(expression: unknown): string[] {
  if (!isNode(expression)) return [];
  switch (expression.type) {
    case "Literal":
      return typeof expression["value"] === "string" ? [expression["value"]] : [];
    case "TemplateLiteral": {
      const quasis = expression["quasis"] as { value: { cooked: string } }[];
      return [quasis.map(({ value }) => value.cooked).join(ellipsis)];
    }
    case "ConditionalExpression":
      return [...texts(expression["consequent"]), ...texts(expression["alternate"])];
    case "BinaryExpression":
      return texts(expression["left"]).flatMap((left) =>
        texts(expression["right"]).map((right) => left + right)
      );
    default:
      return [];
  }
}

function property(object: unknown, name: string): unknown {
  if (!isNode(object) || object.type !== "ObjectExpression") return undefined;
  const properties = object["properties"] as Node[];
  return properties.find(({ key }) => nameOf(key) === name)?.["value"];
}

function nameOf(value: unknown): unknown {
  return isNode(value) && value.type === "Identifier" ? value["name"] : undefined;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}

function isErrorCode(text: string): text is ErrorCode {
  return (errorCodes as readonly string[]).includes(text);
}
