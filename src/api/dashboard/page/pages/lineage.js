import { get } from "../api.js";
import { useData, useThrottled } from "../data.js";
import { html, useEffect, useMemo, useState } from "../html.js";
import { useLive } from "../live.js";
import { Autopsy } from "../parts/autopsy.js";
import { CausesBar } from "../parts/causes_bar.js";
import { Command, Empty, Trouble } from "../parts/empty.js";
import { Genome } from "../parts/genome.js";
import { Fork } from "../parts/orders.js";
import { go, hrefOf } from "../router.js";
import { layout } from "../tree/layout.js";
import { nodeWords, Tree } from "../tree/tree.js";
import { visible } from "../visible.js";
import { count } from "../words.js";

/** How often the tree grows on the page at most. */
const growthMs = 3000;
/** Genomes that are drawn at most. */
const most = 10_000;

/** *Lineage*: the tree of an agent's genomes, its deaths as leaves. */
export default function Lineage({ place }) {
  const live = useLive();
  const names = [...live.agents.keys()];
  const name = place.query.get("agent") ?? names[0];
  if (name === undefined) {
    return live.ready
      ? html`
        <${Empty} title="Nobody has a lineage yet">
          <p>Each edit that an agent lives through makes a genome, and each genome has a parent. Start
                  an agent, and its tree grows here:</p>
          <${Command}>deno task run --agents 4</${Command}></${Empty}>
      `
      : html`<p class="loading">Looking in…</p>`;
  }
  return html`
    <div class="lineage">
      <div class="row apart">
        <h1>The lineage of <a href=${hrefOf(["agents", name])}>${visible(name)}</a></h1>
        <label class="row">Agent
            <select value=${name} onChange=${(event) =>
              go(["lineage"], { agent: event.target.value })}>
              ${[...new Set([...names, name])].map((each) =>
                html`<option key=${each} value=${each}>${each}</option>`
              )}
            </select></label>
      </div>
      <${OfAgent} key=${name} name=${name} agent=${live.agents.get(name)} />
    </div>
  `;
}

function OfAgent({ name, agent }) {
  const present = agent?.genome ?? null;
  const grown = useThrottled(agent?.steps, growthMs);
  const { data, error, missing } = useData(
    (signal) => get(`/v1/agents/${encodeURIComponent(name)}/lineage?limit=${most}`, signal),
    [name, grown],
  );
  const shown = useThrottled(present, growthMs);
  const tree = useMemo(() => layout(data?.items ?? [], shown), [data, shown]);
  const [id, setId] = useState(null);
  useEffect(() => setId(null), [name]);
  const chosen = useMemo(() => tree.nodes.find((node) => node.id === id) ?? null, [tree, id]);
  if (missing) return html`<p class="soft">This house cannot show lineages yet.</p>`;
  if (error !== null) return html`<${Trouble} error=${error} />`;
  if (data === undefined) return html`<p class="loading">…</p>`;
  const causes = [...Map.groupBy(data.items.flatMap(({ deaths }) => deaths), ({ cause }) => cause)]
    .map(([cause, of]) => ({ cause, deaths: of.length }));
  const deaths = causes.reduce((sum, each) => sum + each.deaths, 0);
  const cut = (data.next ?? data.nextCursor ?? null) !== null;
  return html`
    <p class="soft">${count(data.items.length, "genome")}, ${count(
      tree.depth,
      "edit",
    )} deep at most,${" "}
      ${count(deaths, "death")}. The green line leads to what it is now.${cut
        ? ` The first ${most} are shown.`
        : ""}</p>
    ${causes.length === 0 ? null : html`<${CausesBar} causes=${causes} />`}
    <div class="tree-and-node ${chosen === null ? "" : "with-node"}">
      <${Tree} tree=${tree} present=${shown} chosen=${chosen} onChoose=${(node) => setId(node.id)}
        label=${`Tree of ${count(data.items.length, "genome")} of ${name}`} />
      ${chosen === null
        ? null
        : html`<${Chosen} key=${id} name=${name} node=${chosen} onClose=${() => setId(null)} />`}
    </div>
  `;
}

/** What is known of the node that was clicked. */
function Chosen({ name, node, onClose }) {
  const [at, setAt] = useState(0);
  const [forking, setForking] = useState(false);
  const deaths = node.deaths.toReversed();
  const death = useData(node.kind === "death" ? `/v1/deaths/${deaths[at]?.id}` : null, [
    node.id,
    at,
  ]);
  return html`<aside class="node" aria-label="The chosen node">
    <div class="row apart">
      <p class="soft small">${nodeWords(node)}</p>
      <button type="button" class="quiet round" aria-label="Close" onClick=${onClose}>×</button>
    </div>
    ${
    deaths.length < 2 ? null : html`<label class="row small">Death
      <select value=${at} onChange=${(event) => setAt(Number(event.target.value))}>
        ${deaths.map(({ id }, n) => html`<option key=${id} value=${n}>${id}</option>`)}
      </select></label>`
  }
    ${
    node.kind === "genome"
      ? html`<div><button type="button" onClick=${() =>
        setForking(true)}>Fork from here…</button></div>
        <${Genome} hash=${node.id} agent=${name} />
        ${
        forking
          ? html`
            <${Fork} name=${name} genome=${node.id} place=${`the ${nodeWords(node)}`}
              onClose=${() => setForking(false)} />
          `
          : null
      }`
      : death.error !== null
      ? html`<${Trouble} error=${death.error} />`
      : death.data === undefined
      ? html`<p class="loading">…</p>`
      : html`<${Autopsy} key=${death.data.id} death=${death.data} level=${2} />`
  }
  </aside>`;
}
