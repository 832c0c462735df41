import { useData } from "../data.js";
import { html, useState } from "../html.js";
import { visible } from "../visible.js";
import { bytes } from "../words.js";
import { ancestorWords, useAncestors } from "./ancestors.js";
import { Diff } from "./diff.js";
import { Trouble } from "./empty.js";
import { json } from "./facts.js";
import { Code, Prose } from "./text.js";

/**
 * The sources of a genome, or how they differ from an ancestor's.
 *
 * @param {{ hash: string, agent: string, at?: string }} props `at`: words on when it was made
 */
export function Genome({ hash, agent, at = "" }) {
  const { data, error } = useData(`/v1/genomes/${hash}`, [hash]);
  const [comparing, setComparing] = useState(false);
  const [against, setAgainst] = useState("");
  if (error !== null) return html`<${Trouble} error=${error} />`;
  if (data === undefined) return html`<p class="loading">…</p>`;
  return html`<div class="genome">
    <div class="row apart">
      <p class="soft small"><code>${hash.slice(0, 12)}</code>, ${bytes(data.sizeBytes)}${at}</p>
      ${
    comparing
      ? html`<${Ancestors} agent=${agent} hash=${hash} chosen=${against} onChoose=${setAgainst} />`
      : html`<button type="button" class="quiet soft" onClick=${() =>
        setComparing(true)}>Compare…</button>`
  }
    </div>
    ${
    against === ""
      ? html`<${Sources} genome=${data} />`
      : html`<${Diff} from=${against} to=${hash} />`
  }
  </div>`;
}

function Ancestors({ agent, hash, chosen, onChoose }) {
  const line = useAncestors(agent, hash);
  if (line === undefined) return html`<p class="soft small">…</p>`;
  if (line.length === 0) return html`<p class="soft small">It has no ancestor.</p>`;
  return html`<label class="row compare">Compare with
    <select value=${chosen} onChange=${(event) => onChoose(event.target.value)}>
      <option value="">nothing</option>
      ${
    line.map((each) =>
      html`<option key=${each.hash} value=${each.hash}>${ancestorWords(each)}</option>`
    )
  }
    </select></label>`;
}

function Sources({ genome: { methods, state, attributes } }) {
  const others = json(attributes);
  const stateText = json(state);
  return html`
    ${Object.entries(methods).map(([name, source]) =>
      html`
        <section key=${name}>
          <h3><code>${visible(name)}</code></h3>
          <${Code} source=${source} label=${`method ${visible(name)}`} />
        </section>
      `
    )}
    ${stateText === null ? null : html`
      <section>
        <h3><code>state</code></h3>
        <${Prose} text=${stateText} label="state" />
      </section>
    `}
    ${others === null ? null : html`
      <section>
        <h3>Other values</h3>
        <${Prose} text=${others} label="other values" />
      </section>
    `}
  `;
}
