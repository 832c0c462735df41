import { tokenize } from "../../vendor/highlight/lang/javascript.js";
import { html, memo } from "../html.js";
import { pieces, visible } from "../visible.js";

/** The highlighter's kinds of token, by their number. */
const kinds = [
  "identifier",
  "keyword",
  "string",
  "class",
  "property",
  "entity",
  "jsx",
  "sign",
  "comment",
  "break",
  "space",
];
/** Longer sources are shown without colours. */
const mostColoured = 100_000;

/** A text with what was hidden in it made visible, and marked as such. */
export function Text({ children }) {
  return pieces(String(children ?? "")).map(({ text, unseen }) =>
    unseen ? html`<mark class="unseen" title="a hidden character">${text}</mark>` : text
  );
}

/** JavaScript with its syntax coloured: tokens as elements, never markup. */
export const Code = memo(function Code({ source, label, inline = false }) {
  const tokens = source.length > mostColoured ? [[0, source]] : coloured(source);
  const code = html`<code>${
    tokens.map(([kind, text]) =>
      kind === 9 || kind === 10 || kind === 0 && !inline && text.trim() === ""
        ? visible(text)
        : html`<span class="t-${kinds[kind] ?? "identifier"}"><${Text}>${text}</${Text}></span>`
    )
  }</code>`;
  return inline
    ? code
    : html`<pre class="code" tabindex="0" role="region" aria-label=${
      label ?? "source"
    }>${code}</pre>`;
});

function coloured(source) {
  try {
    return tokenize(source);
  } catch {
    return [[0, source]];
  }
}

/** Text as it was written, in lines. */
export function Prose({ text, label }) {
  return html`
    <pre class="prose" tabindex="0" role="region"
      aria-label=${label}><${Text}>${text}</${Text}></pre>
  `;
}
