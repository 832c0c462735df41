import { ofCause } from "../causes.js";
import { useData, useNow, useThrottled } from "../data.js";
import { html, useMemo } from "../html.js";
import { useLive } from "../live.js";
import { Agents } from "../parts/agents.js";
import { CausesBar } from "../parts/causes_bar.js";
import { Command, Empty, Trouble } from "../parts/empty.js";
import { Obituary } from "../parts/obituary.js";
import { Sparkline } from "../parts/sparkline.js";
import { hrefOf } from "../router.js";
import { count, figure } from "../words.js";
import { lookOf } from "../parts/cell.js";

/** Deaths told in the feed. */
const told = 40;
/** How often the statistics are read again. */
const statsMs = 5000;
const none = [];

/** *Now*: what lives, what died of what, and whether the policy is learning. */
export default function Now() {
  const live = useLive();
  const now = useNow();
  const beat = useThrottled(live.seen, statsMs);
  const agents = [...live.agents.values()];
  const deathsOf = useMemo(() => Map.groupBy(live.deaths, ({ agent }) => agent), [live.deaths]);
  if (live.error !== null && !live.ready) return html`<${Trouble} error=${live.error} />`;
  if (!live.ready) return html`<p class="loading">Looking in…</p>`;
  return html`
    <div class="now">
      <${Summary} agents=${agents} live=${live} beat=${beat} />
      <section class="agents" aria-labelledby="agents-title">
          <h2 id="agents-title">Agents</h2>
          ${agents.length === 0 ? html`<${NoAgents} />` : html`
            <${Agents} agents=${agents} deathsOf=${deathsOf} now=${now}
              beat=${beat} />
          `}
        </section>
      <section class="deaths" aria-labelledby="deaths-title">
          <h2 id="deaths-title">Deaths</h2>
          ${live.deaths.length === 0
            ? html`<p class="soft">Nobody has died here yet. When somebody does,
          it is told here at once, with what killed it.</p>`
            : html`
              <div class="feed" role="log" aria-label="Deaths as they happen" tabindex="0">
                ${live.deaths.slice(0, told).map((death) =>
                  html`<${Obituary} key=${death.id} death=${death} now=${now} />`
                )}
              </div>
            `}
        </section>
    </div>
  `;
}

function NoAgents() {
  return html`
    <${Empty} title="Bring somebody to life">
      <p>Start the house with agents, or spawn one into it:</p>
      <${Command}>curl -X POST ${location
        .origin}/v1/agents -H "content-type: application/json" -d '{"name": "ada"}'</${Command}>
      </${Empty}>
  `;
}

/** The house in a few sentences, and its figures. */
function Summary({ agents, live, beat }) {
  const causes = useData("/v1/stats/causes?by=all", [beat, live.connection]);
  const survival = useData("/v1/stats/survival?by=all", [beat, live.connection]);
  const learning = useData("/v1/stats/learning", [beat, live.policy?.version]);
  const median = survival.data?.groups[0]?.medianSteps ?? null;
  const died = causes.data?.groups[0]?.causes ?? tally(live.deaths);
  const top = died.toSorted((a, b) => b.deaths - a.deaths)[0];
  const alive = agents.filter((agent) => ["alive", "paused", "fallen"].includes(lookOf(agent)));
  const eldest = alive.toSorted((a, b) => b.age - a.age)[0];
  const deaths = died.reduce((sum, each) => sum + each.deaths, 0);
  return html`<section class="summary" aria-label="In short">
    <h1><${Headline} agents=${agents.length} alive=${alive.length} deaths=${deaths} top=${top?.cause} /></h1>
    <div class="facts">
      <${Fact} term="Half of all lives end within" href=${hrefOf(["survival"])}
        value=${median === null ? null : count(median, "step")} />
      <${Fact} term="The eldest is" href=${eldest && hrefOf(["agents", eldest.name])}
        value=${eldest === undefined ? null : html`${eldest.name}, ${count(eldest.age, "step")}`} />
      <${Policy} policy=${live.policy} versions=${learning.data?.versions ?? none} />
    </div>
    ${died.length === 0 ? null : html`<${CausesBar} causes=${died} />`}
  </section>`;
}

/** Spaces at the ends of a template's lines are lost, so those that matter are written out. */
function Headline({ agents, alive, deaths, top }) {
  const living = alive === 0
    ? agents === 0 ? "Nobody lives here yet. " : `${count(agents, "agent")} at rest. `
    : html`<b>${count(alive, "agent")}</b>${alive === 1 ? " is alive. " : " are alive. "}`;
  if (deaths === 0) return agents === 0 ? living : html`${living}Nobody has died yet.`;
  const often = top === undefined ? "." : html`${" so far, most often "}<b>${ofCause(top)}</b>.`;
  return html`${living}<b>${count(deaths, "death")}</b>${often}`;
}

function Fact({ term, value, href, children }) {
  if (value === null || value === undefined) return null;
  const words =
    html`<span class="term">${term}</span> <span class="value">${value}</span>${children}`;
  return href
    ? html`<a class="fact" href=${href}>${words}</a>`
    : html`<p class="fact">${words}</p>`;
}

/** Where the policy is; and how old its lives grow, the first third of its versions and the last. */
function Policy({ policy, versions }) {
  if (policy === null) return null;
  const lived = versions.filter(({ lives, meanAge }) => lives > 0 && meanAge !== null);
  const third = Math.ceil(lived.length / 3);
  const learning = html`<span class="learning-line"><${Sparkline}
      values=${lived.map(({ meanAge }) => meanAge)} />
    <span class="small soft">mean age ${figure(meanAge(lived.slice(0, third)))} → ${
    figure(meanAge(lived.slice(-third)))
  }</span></span>`;
  return html`
    <${Fact} term="The policy is at" href=${hrefOf(["learning"])}
      value=${`version ${policy.version}`}>${lived.length < 3 ? null : learning}</${Fact}>
  `;
}

function meanAge(versions) {
  const lives = versions.reduce((sum, each) => sum + each.lives, 0);
  return versions.reduce((sum, each) => sum + each.meanAge * each.lives, 0) / lives;
}

function tally(deaths) {
  const causes = Map.groupBy(deaths, ({ cause }) => cause);
  return [...causes].map(([cause, of]) => ({ cause, deaths: of.length }));
}
