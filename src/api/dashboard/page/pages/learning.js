import { post } from "../api.js";
import { Chart } from "../chart/chart.js";
import { useData, useThrottled } from "../data.js";
import { html, useMemo, useState } from "../html.js";
import { takePolicy, useLive } from "../live.js";
import { Dialog } from "../parts/dialog.js";
import { Command, Empty, Trouble } from "../parts/empty.js";
import { Facts } from "../parts/facts.js";
import { count, figure } from "../words.js";

/** What is drawn, in this order: the name, where it is found, and what it says. */
const charts = [
  ["Reward", "metrics.reward", "mean reward of a life's steps in the update's batch"],
  ["Survival", "meanAge", "mean steps, so far, of the lives that a version began"],
  ["Harm", "harmPer1000Steps", "deaths by harm for each 1000 steps"],
  ["KL", "metrics.kl", "how far the policy has gone from where it began"],
  ["Entropy", "metrics.entropy", "how open its choices are"],
  ["Unique rate", "metrics.unique_rate", "how many of its responses differ"],
  ["Gradient norm", "metrics.grad_norm", "before clipping"],
  ["Staleness", "metrics.staleness", "versions between who wrote and who learns from it"],
  ["Value", "metrics.value", "what its edits were worth beside surviving"],
];

/** *Learning*: whether the policy gets better, version by version. */
export default function Learning() {
  const { policy } = useLive();
  // Versions come every second; whoever reads wants the curve to stand still for longer than that.
  const version = useThrottled(policy?.version, 3000);
  const { data, error, missing } = useData("/v1/stats/learning", [version]);
  const versions = data?.versions ?? [];
  return html`<div class="learning">
    <div class="row apart">
      <h1>${policy === null ? "Learning" : html`The policy is at version ${policy.version}`}</h1>
      ${policy === null ? null : html`<${Training} policy=${policy} />`}
    </div>
    ${
    policy === null ? null : html`<${Facts} facts=${[
      ["weights", policy.kind],
      ["parameters", figure(policy.parameters)],
      ["updates", figure(policy.updates)],
      ["lives waiting to be learnt from", figure(policy.episodesWaiting)],
      ["training", policy.training],
    ]} />`
  }
    ${
    missing
      ? html`<p class="soft">This house keeps no learning curves yet.</p>`
      : error !== null
      ? html`<${Trouble} error=${error} />`
      : data === undefined
      ? html`<p class="loading">…</p>`
      : versions.length === 0
      ? html`<${NoVersions} policy=${policy} />`
      : html`
        <${Charts} versions=${versions} />
        <${Versions} versions=${versions} policy=${policy} />
      `
  }
  </div>`;
}

function NoVersions({ policy }) {
  return policy === null
    ? html`
      <${Empty} title="This house runs without the embedded policy">
        <p>An outside model or a script writes the responses, so there is nothing here that learns.
              To watch a policy learn to survive:</p>
        <${Command}>deno task run --llm policy</${Command}></${Empty}>
    `
    : html`
      <${Empty} title="The policy has not been updated yet">
        <p>It learns from lives that have ended; ${count(
          policy.episodesWaiting,
          "life",
          "lives",
        )}${" "}
              ${policy.episodesWaiting === 1
                ? "waits"
                : "wait"}. The first version comes with the first
              batch.</p>
        </${Empty}>
    `;
}

function read(version, path) {
  return path.split(".").reduce((value, key) => value?.[key], version) ?? null;
}

function Charts({ versions }) {
  const [at, setAt] = useState(null);
  const drawn = useMemo(
    () =>
      charts.map(([name, path, means]) => ({
        name,
        means,
        values: versions.map((version) => read(version, path)),
      })).filter(({ values }) => values.some((value) => value !== null)),
    [versions],
  );
  const x = useMemo(() => versions.map(({ version }) => version), [versions]);
  const index = at ?? x.length - 1;
  return html`<div class="charts">${
    drawn.map(({ name, means, values }) =>
      html`
        <section key=${name} class="small-chart">
          <div class="row apart">
            <h2>${name}</h2>
            <p><b>${figure(
              values[index],
            )}</b> <span class="soft small">version ${x[index]}</span></p>
          </div>
          <p class="soft small">${means}</p>
          <${OneLine} name=${name} x=${x} values=${values} onAt=${setAt} />
        </section>
      `
    )
  }</div>`;
}

function OneLine({ name, x, values, onAt }) {
  const lines = useMemo(
    () => [{ label: name, color: "--leaf", values, points: true }],
    [values],
  );
  return html`
    <${Chart} label=${`${name} by version`} x=${x} lines=${lines} height=${150}
      xName="version" onAt=${onAt} />
  `;
}

/** Goes on, rests, or learns at once from what waits. */
function Training({ policy }) {
  const [error, setError] = useState(null);
  const order = (action) => async () => {
    setError(null);
    await post("/v1/train", { action }).then(takePolicy, setError);
  };
  if (policy.training === "off") return html`<p class="soft">It is not being trained.</p>`;
  return html`<div>
    <div class="row" role="group" aria-label="Training">
      ${
    policy.training === "paused"
      ? html`<button type="button" onClick=${order("resume")}>Resume training</button>`
      : html`<button type="button" onClick=${order("pause")}>Pause training</button>`
  }
      <button type="button" onClick=${order("force")}>Learn now</button>
    </div>
    ${error === null ? null : html`<${Trouble} error=${error} />`}
  </div>`;
}

/** Rows of the table at first, and more of them at a time: a house of days has many thousands. */
const mostShown = 100;

function Versions({ versions, policy }) {
  const [asked, setAsked] = useState(null);
  const [told, setTold] = useState("");
  const [shown, setShown] = useState(mostShown);
  const rollBack = async () => {
    takePolicy(await post("/v1/policy/rollback", { version: asked }));
    setTold(`Version ${asked} is the current one again.`);
  };
  return html`<section aria-labelledby="versions-title">
    <h2 id="versions-title">Versions</h2>
    <p class="small" role="status">${told}</p>
    <div class="scroll" tabindex="0" role="region" aria-labelledby="versions-title"><table>
      <thead><tr><th scope="col">Version</th><th scope="col">Published</th><th scope="col">Lives</th>
        <th scope="col">Deaths</th><th scope="col">Mean age</th><th scope="col">Harm</th>
        <th scope="col">Reward</th><th scope="col">KL</th>
        <th scope="col"><span class="unheard">Roll back</span></th></tr></thead>
      <tbody>${
    versions.toReversed().slice(0, shown).map((each) =>
      html`
        <tr key=${each.version}>
          <th scope="row">${each.version}</th>
          <td>${each.at === null ? "–" : new Date(each.at).toLocaleTimeString()}</td>
          <td>${figure(each.lives)}</td>
          <td>${figure(each.deaths)}</td>
          <td>${figure(each.meanAge)}</td>
          <td>${figure(each.harmPer1000Steps)}</td>
          <td>${figure(read(each, "metrics.reward"))}</td>
          <td>${figure(read(each, "metrics.kl"))}</td>
          <td>${policy === null
            ? null
            : each.version === policy.version
            ? html`<span class="leaf">current</span>`
            : !policy.kept.includes(each.version)
            ? html`<span class="soft" title="Its figures stay; its weights are given up.">record only</span>`
            : html`
              <button type="button" class="quiet" onClick=${() => setAsked(each.version)}
                aria-label=${`Roll back to version ${each.version}`}>Roll back…</button>
            `}</td>
        </tr>
      `
    )
  }</tbody></table></div>
    ${
    versions.length <= shown ? null : html`
      <p><button type="button" class="quiet" onClick=${() => setShown(shown + mostShown)}>
        Show older ones (${figure(versions.length - shown)} more)</button></p>
    `
  }
    ${
    asked === null ? null : html`
      <${Dialog} title=${`Roll back to version ${asked}?`}
        act="Roll back" onAct=${rollBack} onClose=${() => setAsked(null)}>
        <p>From the next response on, version ${asked} writes. The versions after it stay in the ledger,
              and training goes on from here.</p>
        </${Dialog}>
    `
  }
  </section>`;
}
