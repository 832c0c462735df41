import type * as acorn from "acorn";
import { importName } from "./names.ts";
import { readReaches, type StaticReach } from "./reaches.ts";
import { type ParsedCode, walk } from "./syntax.ts";

/** One replacement in a text. Replacements of one text never overlap. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * Applies replacements to a text.
 *
 * @param text the text
 * @param replacements in any order; of several at one place, the earlier stays first
 */
export function replaceAll(text: string, replacements: readonly Replacement[]): string {
  const sorted = replacements.map((replacement, order) => ({ ...replacement, order }))
    .sort((a, b) => a.start - b.start || a.order - b.order);
  let result = "";
  let at = 0;
  for (const { start, end, text: replacement } of sorted) {
    result += text.slice(at, start) + replacement;
    at = end;
  }
  return result + text.slice(at);
}

/** What must be changed, and what was seen on the way. */
export interface Safeguards {
  readonly replacements: readonly Replacement[];
  readonly reaches: readonly StaticReach[];
}

/** A comment that tells an engine or a debugger to open a file: never evaluated. */
const magicComment = /^\s*[#@]\s*source(?:Mapping)?URL\s*=/;

/**
 * What must be changed in code before a compartment may see it, and what is refused outright.
 *
 * - `import(x)` and `import x from "y"` become a call of the tripwire: executing one is harm.
 * - `import.meta`, exports and comments that name a source map are refused.
 * - Names of powers that no agent has are read, and some are written another way (`readReaches`).
 * - SES refuses any text that looks like an HTML comment or an `import(`, even in a string; such
 *   text is spelled another way, with the same meaning.
 *
 * @param parsed code
 * @returns replacements that do not change what harmless code does, and what was read
 * @throws SyntaxError for what is refused
 */
export function safeguards(parsed: ParsedCode): Safeguards {
  for (const comment of parsed.comments) {
    if (magicComment.test(comment.value)) {
      throw new SyntaxError(
        "a comment that names a source map or a source URL is not allowed: leave it out",
      );
    }
  }
  const replacements: Replacement[] = [];
  const read = readReaches(parsed);
  const reaches = [...read.reaches];
  const taken = new Set<number>();
  for (const replacement of read.replacements) {
    replacements.push(replacement);
    for (let at = replacement.start; at < replacement.end; at++) taken.add(at);
  }
  walk(parsed.program, (node) => {
    switch (node.type) {
      case "ImportExpression":
        if (taken.has(node.start)) break;
        reaches.push({ power: "import", use: "call" });
        replacements.push({ start: node.start, end: node.start + 6, text: importName });
        taken.add(node.start);
        break;
      case "ImportDeclaration":
        reaches.push({ power: "import", use: "call" });
        replacements.push({
          start: node.start,
          end: node.end,
          text: `await ${importName}(${JSON.stringify(String(node.source.value))});`,
        });
        for (let at = node.start; at < node.end; at++) taken.add(at);
        break;
      case "MetaProperty":
        if (node.meta.name === "import") {
          throw new SyntaxError(
            "import.meta is not allowed: there are no modules here, all code is the agent's own",
          );
        }
        break;
      case "ExportAllDeclaration":
      case "ExportDefaultDeclaration":
      case "ExportNamedDeclaration":
        throw new SyntaxError(
          "export is not allowed: leave the word out, a top-level declaration is kept without it",
        );
    }
  });
  return { replacements: [...replacements, ...respellings(parsed, taken)], reaches };
}

/** What SES refuses wherever it stands; the same patterns as in its transforms. */
const suspicious = /<!--|-->|(?<=^|[^.]|\.\.\.)\bimport(?=\s*(?:\(|\/[/*]))/g;

function respellings(parsed: ParsedCode, taken: ReadonlySet<number>): Replacement[] {
  const { code } = parsed;
  const replacements: Replacement[] = [];
  for (const match of code.matchAll(suspicious)) {
    const start = match.index;
    if (taken.has(start)) continue;
    const end = start + match[0].length;
    const replace = (text: string) => replacements.push({ start, end, text });
    const isImport = match[0] === "import";
    switch (placeOf(parsed, start)) {
      case "text": // a string, a template or a regular expression: an escape means the same in each
        replace(isImport ? "impor\\x74" : match[0] === "-->" ? "--\\x3e" : "<\\x21--");
        break;
      case "comment":
        replace(isImport ? importName : match[0] === "-->" ? "-- >" : "< !--");
        break;
      case "code": // an operator sequence, or a method named import
        replace(isImport ? '"import"' : match[0] === "-->" ? "-- >" : "< ! --");
        break;
    }
  }
  return replacements;
}

function placeOf(parsed: ParsedCode, at: number): "text" | "comment" | "code" {
  if (parsed.comments.some((comment) => comment.start <= at && at < comment.end)) return "comment";
  const token = parsed.tokens.find((token: acorn.Token) => token.start <= at && at < token.end);
  switch (token?.type.label) {
    case "string":
    case "template":
    case "invalidTemplate":
    case "regexp":
      return "text";
    default:
      return "code";
  }
}
