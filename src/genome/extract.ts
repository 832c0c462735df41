/** Labels of fences that hold code for an agent; a fence without one counts too. */
const codeLabels = new Set(["", "js", "javascript", "mjs", "ts", "typescript"]);

/** An opening fence: up to three spaces, at least three backticks or tildes, an info string. */
const opening = /^ {0,3}(`{3,}|~{3,})[ \t]*([^`\s]*)[^`]*$/;

/**
 * The code in a model's response: the contents of its JavaScript, TypeScript and unlabelled fences,
 * in order; the whole text where there is no such fence. A fence that is never closed runs to the
 * end, as in CommonMark.
 *
 * @param response Markdown, or code alone
 * @returns code, not yet parsed
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(extractCode("Sure!\n~~~js\nreturn 1;\n~~~\nDone."), "return 1;");
 * assertEquals(extractCode("return 2;"), "return 2;");
 * ```
 */
export function extractCode(response: string): string {
  const blocks: string[] = [];
  let fence: string | undefined;
  let block: string[] | undefined;
  for (const line of response.split(/\r\n|\n|\r/)) {
    if (fence === undefined) {
      const match = opening.exec(line);
      if (match === null) continue;
      fence = match[1] ?? "```";
      block = codeLabels.has((match[2] ?? "").toLowerCase()) ? [] : undefined;
    } else if (closes(line, fence)) {
      if (block !== undefined) blocks.push(block.join("\n"));
      fence = undefined;
    } else {
      block?.push(line);
    }
  }
  if (fence !== undefined && block !== undefined) blocks.push(block.join("\n"));
  return blocks.length > 0 ? blocks.join("\n") : response;
}

function closes(line: string, fence: string): boolean {
  const text = line.trim();
  return text.length >= fence.length && line.search(/\S/) <= 3 &&
    text === (fence[0] ?? "`").repeat(text.length);
}
