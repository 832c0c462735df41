/**
 * What an agent or a model wrote is data, and may try to deceive whoever reads it: control characters,
 * invisible ones, and marks that turn the direction of text (https://trojansource.codes).
 */
const unseen =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** Names a character by its code point. */
function escaped(character) {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

/**
 * A text with nothing hidden in it; line ends and tabs stay.
 *
 * @param {unknown} text
 * @returns {string}
 */
export function visible(text) {
  return String(text ?? "").replace(unseen, escaped);
}

/**
 * The same on one line, and no longer than it may be.
 *
 * @param {unknown} text
 * @param {number} most characters kept
 */
export function oneLine(text, most = 120) {
  const line = visible(text).replace(/\s*\n\s*/g, " ⏎ ").replace(/[\t ]+/g, " ").trim();
  const letters = [...line];
  return letters.length <= most ? line : `${letters.slice(0, most - 1).join("")}…`;
}

/**
 * A text in pieces: what is plain, and what had to be made visible.
 *
 * @param {string} text
 * @returns {{ text: string, unseen: boolean }[]}
 */
export function pieces(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(unseen)) {
    if (match.index > from) parts.push({ text: text.slice(from, match.index), unseen: false });
    parts.push({ text: escaped(match[0]), unseen: true });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ text: text.slice(from), unseen: false });
  return parts;
}
