import { ApiError, get } from "../api.js";
import { useData } from "../data.js";
import { html, useEffect, useState } from "../html.js";
import { visible } from "../visible.js";
import { bytes } from "../words.js";
import { Trouble } from "./empty.js";
import { json } from "./facts.js";
import { Code, Prose, Text } from "./text.js";

/** A genome's parts, as the API gives them today or gave them before. */
export function partsOf(row) {
  const { methods, state, attributes } = row.genome ?? row;
  return { methods: methods ?? {}, state: state ?? null, attributes: attributes ?? {} };
}

/** The sources of a genome, and how they differ from an ancestor's. */
export function Genome({ hash, agent, at }) {
  const { data, error } = useData(`/v1/genomes/${hash}`, [hash]);
  const ancestors = useAncestors(agent, hash);
  const [against, setAgainst] = useState("");
  useEffect(() => setAgainst(""), [agent]);
  if (error !== null) return html`<${Trouble} error=${error} />`;
  if (data === undefined) return html`<p class="loading">…</p>`;
  const { methods, state, attributes } = partsOf(data);
  const stateText = json(state);
  const others = json(attributes);
  const size = data.sizeBytes ?? new TextEncoder().encode(JSON.stringify(partsOf(data))).length;
  return html`<div class="genome">
    <div class="row apart">
      <p class="soft small"><code>${hash.slice(0, 12)}</code>, ${bytes(size)}${at ?? ""}</p>
      ${
    ancestors.length === 0 ? null : html`<label class="row compare">Compare with
        <select value=${against} onChange=${(event) => setAgainst(event.target.value)}>
          <option value="">nothing</option>
          ${
      ancestors.map((each, n) =>
        html`<option key=${each.hash} value=${each.hash}>
            ${ancestorWords(each, n)}</option>`
      )
    }
        </select></label>`
  }
    </div>
    ${
    against !== "" ? html`<${Diff} from=${against} to=${hash} />` : html`
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
    `
  }
  </div>`;
}

function ancestorWords({ hash, life, step }, n) {
  const where = life === null || life === undefined
    ? `${n + 1} back`
    : step > 0
    ? `life ${life}, step ${step}`
    : `birth of life ${life}`;
  return `${where} (${hash.slice(0, 8)})`;
}

/** Ancestors that can be chosen at most. */
const mostAncestors = 60;

/** From parent to parent, nearest first. */
function useAncestors(agent, hash) {
  const { data } = useData(async (signal) => {
    const tree = await get(`/v1/agents/${encodeURIComponent(agent)}/lineage?limit=10000`, signal)
      .catch((error) => {
        if (error instanceof ApiError && error.status === 404) return { items: [] };
        throw error;
      });
    const known = new Map(tree.items.map((item) => [item.hash, item]));
    const line = [];
    let parent = known.get(hash)?.parent ??
      (known.size > 0 ? null : (await get(`/v1/genomes/${hash}`, signal)).parent);
    while (parent !== null && parent !== undefined && line.length < mostAncestors) {
      const item = known.get(parent) ??
        (known.size > 0 ? undefined : await get(`/v1/genomes/${parent}`, signal));
      if (item === undefined || line.some((each) => each.hash === parent)) break;
      line.push({ ...item, hash: parent });
      parent = item.parent;
    }
    return line;
  }, [agent, hash]);
  return data ?? [];
}

function Diff({ from, to }) {
  const { data, error, missing } = useData(`/v1/genomes/${from}/diff/${to}`, [from, to]);
  if (missing) return html`<p class="soft">This house cannot compare genomes yet.</p>`;
  if (error !== null) return html`<${Trouble} error=${error} />`;
  if (data === undefined) return html`<p class="loading">…</p>`;
  if (data.changes.length === 0) return html`<p class="soft">They are the same.</p>`;
  return data.changes.map(({ name, part, kind, patch }) =>
    html`
      <section key=${`${part}.${name}`}>
        <h3><code>${visible(
          part === "state" ? "state" : name,
        )}</code> <span class="soft small">${kind}</span></h3>
        <pre class="code diff" tabindex="0" role="region"
          aria-label=${`changes of ${visible(name)}`}><code>${patch.split("\n").filter((line) =>
            !/^(---|\+\+\+|===|Index:|\\)/.test(line)
          ).map((line, n) =>
            html`<span key=${n} class=${kindOf(line)}><${Text}>${line}</${Text}>${"\n"}</span>`
          )}</code></pre>
      </section>
    `
  );
}

function kindOf(line) {
  return line.startsWith("+")
    ? "plus"
    : line.startsWith("-")
    ? "minus"
    : line.startsWith("@@")
    ? "hunk"
    : "";
}
