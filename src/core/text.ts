/** Control characters, line ends and bidirectional marks: what an agent must not do to a terminal. */
const unprintable =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Makes an agent's text safe to show on one line: control and bidirectional characters become
 * visible escapes, and what is too long is cut with its full length named.
 *
 * @param text any text, as an agent or a model wrote it
 * @param maxLength characters kept at most, before escaping [120]
 * @returns one printable line
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(printable("a\nb\u001b[2J"), "a\\nb\\u001b[2J");
 * ```
 */
export function printable(text: string, maxLength = 120): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}… (${text.length})` : text;
  return cut.replace(unprintable, (character) => {
    if (character === "\n") return "\\n";
    if (character === "\t") return "\\t";
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
