import { Chart } from "../chart/chart.js";
import { along, commonAges } from "../chart/steps.js";
import { meaningOf } from "../causes.js";
import { useData, useThrottled } from "../data.js";
import { html, useMemo, useState } from "../html.js";
import { useLive } from "../live.js";
import { Command, Empty, Trouble } from "../parts/empty.js";
import { go } from "../router.js";
import { visible } from "../visible.js";
import { count, figure } from "../words.js";

const groupings = { policy: "policy version", model: "model", agent: "agent", all: "nothing" };
/** How often the curves are read again at most. */
const freshMs = 10_000;
/** Curves that are shown before anyone chooses, and at most. */
const atFirst = 4;
const most = 8;

/** *Survival*: how long lives last, by Kaplan and Meier, and what ends them. */
export default function Survival({ place }) {
  const live = useLive();
  const by = place.query.get("by") in groupings ? place.query.get("by") : "policy";
  const beat = useThrottled(live.seen, freshMs);
  const survival = useData(`/v1/stats/survival?by=${by}`, [by, beat]);
  const causes = useData(`/v1/stats/causes?by=${by}`, [by, beat]);
  const groups = survival.data?.by === by ? survival.data.groups : null;
  return html`<div class="survival">
    <div class="row apart">
      <h1>How long lives last</h1>
      <label class="row">Compared by
        <select value=${by} onChange=${(event) =>
    go(["survival"], { by: event.target.value }, { replace: true })}>
          ${
    Object.entries(groupings).map(([key, name]) =>
      html`<option key=${key} value=${key}>${name}</option>`
    )
  }
        </select></label>
    </div>
    ${
    survival.missing
      ? html`<p class="soft">This house cannot reckon survival yet.</p>`
      : survival.error !== null
      ? html`<${Trouble} error=${survival.error} />`
      : groups === null
      ? html`<p class="loading">…</p>`
      : groups.length === 0
      ? html`
        <${Empty} title="No life has been lived yet">
          <p>As soon as agents live and die, their chances to reach each age stand here. Start some:</p>
          <${Command}>deno task run --agents 4</${Command}></${Empty}>
      `
      : html`
        <${Curves} key=${by} by=${by} groups=${groups} logRank=${survival.data.logRank}
          causes=${causes.data?.by === by ? causes.data.groups : []} />
      `
  }
  </div>`;
}

/** Every version is not a curve that anyone can tell from the next: a few, from the first to the last. */
function spread(groups) {
  const full = groups.filter(({ lives }) => lives >= 3);
  const from = full.length === 0 ? groups : full;
  if (from.length <= atFirst) return from.map(({ key }) => key);
  const at = (n) => from[Math.round(n * (from.length - 1) / (atFirst - 1))].key;
  return Array.from({ length: atFirst }, (_, n) => at(n));
}

function nameOf(by, key) {
  return key === "none" ? "none" : by === "policy" ? `version ${key}` : visible(key);
}

function Curves({ by, groups, logRank, causes }) {
  const [own, setOwn] = useState(null);
  const chosen = own ?? spread(groups);
  const shown = groups.filter(({ key }) => chosen.includes(key)).slice(0, most);
  const toggle = (key) =>
    setOwn(chosen.includes(key) ? chosen.filter((each) => each !== key) : [...chosen, key]);
  return html`
    <${KaplanMeier} by=${by} groups=${groups} shown=${shown} logRank=${logRank} />
    <${Groups} by=${by} groups=${groups} shown=${shown} onToggle=${toggle} />
    <${Incidence} by=${by} groups=${causes} />
  `;
}

function KaplanMeier({ by, groups, shown, logRank }) {
  const [at, setAt] = useState(null);
  const { x, lines, points } = useMemo(() => {
    const x = commonAges(shown);
    const points = shown.map(({ curve, lives }) =>
      along(curve, x, { survival: 1, low: 1, high: 1, atRisk: lives })
    );
    const lines = shown.map(({ key }, n) => ({
      label: nameOf(by, key),
      color: `--series-${n + 1}`,
      values: points[n].map((point) => point?.survival ?? null),
      low: points[n].map((point) => point?.low ?? null),
      high: points[n].map((point) => point?.high ?? null),
    }));
    return { x, lines, points };
  }, [groups, shown.map(({ key }) => key).join()]);
  const figures = (n) => {
    if (at === null) return html`<span class="soft">${medianWords(shown[n])}</span>`;
    const point = points[n][at];
    return point === null ? "nobody left" : html`
      <b>${figure(point.survival)}</b>
      <span class="soft">${` (${figure(point.low)}–${figure(point.high)})`}</span>
    `;
  };
  return html`<section aria-labelledby="curves-title">
    <h2 id="curves-title">The chance to live longer than an age</h2>
    <p class="soft small">Kaplan and Meier's estimate with its 95 % interval. Lives that were cut, are
      still lived or ended for others' reasons count until then.</p>
    <${Chart} label="Survival by age" x=${x} lines=${lines} stepped=${true} range=${[0, 1]}
      height=${320} xName="age in steps" onAt=${setAt} />
    <p class="reading small" role="status">
      <b>${at === null ? "Half live longer than:" : `At ${count(x[at], "step")}:`}</b>
      ${
    shown.map(({ key }, n) =>
      html`<span key=${key} class="series-${n + 1}"><i class="dot" />${`${nameOf(by, key)} `}${
        figures(n)
      }</span>`
    )
  }
      ${at === null ? html`<${Invitation} />` : null}
    </p>
    ${logRank === null ? null : html`<${LogRank} test=${logRank} />`}
  </section>`;
}

function medianWords({ medianSteps }) {
  return medianSteps === null ? "not known yet" : count(medianSteps, "step");
}

function Invitation() {
  return html`<span class="soft">Point at the chart, or use the arrow keys, to read figures.</span>`;
}

/** Whether all groups may live alike. */
function LogRank({ test: { chiSquare, degreesOfFreedom, p } }) {
  const chance = p < 0.0001 ? "p < 0.0001" : `p = ${figure(p)}`;
  const freedom = count(degreesOfFreedom, "degree");
  return html`<p class="small">
    ${`Log-rank test over all groups: χ² = ${
    figure(chiSquare)
  }, ${freedom} of freedom, ${chance}. `}
    <span class="soft">Such differences are ${
    p < 0.05 ? "rare" : "common"
  } if all live alike.</span>
  </p>`;
}

function Groups({ by, groups, shown, onToggle }) {
  const names = ["Shown", "Group", "Lives", "Deaths", "Censored", "Median steps"];
  const full = shown.length >= most;
  return html`
    <section aria-labelledby="groups-title">
      <h2 id="groups-title">Groups</h2>
      <div class="scroll" tabindex="0" role="region" aria-labelledby="groups-title">
        <table>
          <thead>
            <tr>${names.map((name) => html`<th key=${name} scope="col">${name}</th>`)}</tr>
          </thead>
          <tbody>${groups.map((group) =>
            html`
              <${GroupRow} key=${group.key} group=${group} name=${nameOf(by, group.key)}
                place=${shown.indexOf(group)} full=${full} onToggle=${onToggle} />
            `
          )}</tbody>
        </table>
      </div>
    </section>
  `;
}

/** `place`: among the curves that are shown; −1 if it is not. */
function GroupRow({ group, name, place, full, onToggle }) {
  const { key, lives, deaths, censored, medianSteps } = group;
  const shown = place >= 0;
  return html`
    <tr class=${shown ? `series-${place + 1}` : ""}>
      <td><input type="checkbox" checked=${shown} disabled=${!shown && full}
          aria-label=${`show ${name}`} onChange=${() => onToggle(key)} /></td>
      <th scope="row">${shown ? html`<i class="dot" />` : null}${name}</th>
      <td>${figure(lives)}</td>
      <td>${figure(deaths)}</td>
      <td>${figure(censored)}</td>
      <td>${medianSteps === null ? "not reached" : figure(medianSteps)}</td>
    </tr>
  `;
}

/** Of what, and when: the chance to have died of each cause by an age. */
function Incidence({ by, groups }) {
  const [key, setKey] = useState(null);
  const [at, setAt] = useState(null);
  const group = groups.find((each) => each.key === key) ??
    groups.findLast(({ causes }) => causes.length > 0);
  const { x, lines } = useMemo(() => {
    const causes = group?.causes ?? [];
    const x = commonAges(causes);
    return {
      x,
      lines: causes.map(({ cause, curve }) => ({
        label: cause,
        color: `cause-${cause}`,
        values: along(curve, x, { incidence: 0 }, x.at(-1)).map((point) => point.incidence),
      })),
    };
  }, [group]);
  if (group === undefined || group.causes.length === 0) return null;
  const index = at ?? x.length - 1;
  const sorted = lines.toSorted((a, b) => b.values[index] - a.values[index]);
  return html`
    <section aria-labelledby="incidence-title">
      <div class="row apart">
          <h2 id="incidence-title">What ends them</h2>
          ${groups.length < 2 ? null : html`<label class="row">Of
        <select value=${group.key} onChange=${(event) => setKey(event.target.value)}>
          ${
            groups.map((each) =>
              html`<option key=${each.key} value=${each.key}>
            ${nameOf(by, each.key)}</option>`
            )
          }
        </select></label>`}
        </div>
      <p class="soft small">The chance to have died of each cause by an age, where only one death can be
          died: Aalen and Johansen's cumulative incidence.</p>
      <${Chart} label="Cumulative incidence of each cause by age" x=${x} lines=${lines}
        stepped=${true}
        height=${280} xName="age in steps" onAt=${setAt} />
      <p class="reading small" role="status"><b>By ${count(x[index], "step")}:</b> ${sorted.map((
        { label, values },
      ) =>
        html`
          <span key=${label} class="cause-${label}"
            title=${meaningOf(label)}><i class="dot" />${label} <b>${figure(
              values[index],
            )}</b></span>
        `
      )}</p>
    </section>
  `;
}
