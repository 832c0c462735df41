import { useData } from "../data.js";
import { html } from "../html.js";
import { visible } from "../visible.js";
import { Trouble } from "./empty.js";
import { Text } from "./text.js";

/** How one genome differs from another, part by part. */
export function Diff({ from, to }) {
  const { data, error } = useData(`/v1/genomes/${from}/diff/${to}`, [from, to]);
  if (error !== null) return html`<${Trouble} error=${error} />`;
  if (data === undefined) return html`<p class="loading">…</p>`;
  if (data.changes.length === 0) return html`<p class="soft">They are the same.</p>`;
  return data.changes.map((change) =>
    html`<${Change} key=${`${change.part}.${change.name}`} change=${change} />`
  );
}

function Change({ change: { name, part, kind, patch } }) {
  const lines = patch.replace(/\n$/, "").split("\n").filter((line) => !line.startsWith("\\"));
  return html`
    <section>
      <h3><code>${part === "state" ? "state" : visible(name)}</code>
          <span class="soft small">${` ${kind}`}</span></h3>
      <pre class="code diff" tabindex="0" role="region" aria-label=${`changes of ${visible(name)}`}
      ><code>${lines.map((line, n) =>
        html`<span key=${n} class=${kindOf(line)}><${Text}>${line}</${Text}>${"\n"}</span>`
      )}</code></pre>
    </section>
  `;
}

function kindOf(line) {
  const kinds = { "+": "plus", "-": "minus", "@": "hunk" };
  return kinds[line[0]] ?? "";
}
