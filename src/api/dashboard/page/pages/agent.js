import { list } from "../api.js";
import { useData, useNow, useThrottled } from "../data.js";
import { html, useMemo } from "../html.js";
import { useLive } from "../live.js";
import { phaseWords, useMethods } from "../parts/agent_card.js";
import { Cell, lookOf } from "../parts/cell.js";
import { Empty, Trouble } from "../parts/empty.js";
import { Facts } from "../parts/facts.js";
import { Genome } from "../parts/genome.js";
import { endWords, Lives } from "../parts/lives.js";
import { Orders } from "../parts/orders.js";
import { Step } from "../parts/step.js";
import { go, hrefOf } from "../router.js";
import { oneLine, visible } from "../visible.js";
import { ago, count, duration, figure } from "../words.js";

/** How often what changes is read again at most. */
const freshMs = 1000;

/** *Agent*: its lives on a time line, its genome, its steps, and what a person may order. */
export default function Agent({ place }) {
  const name = place.path[1] ?? "";
  const base = `/v1/agents/${encodeURIComponent(name)}`;
  const live = useLive();
  const agent = live.agents.get(name);
  const born = useThrottled(agent?.life, freshMs);
  const aged = useThrottled(agent?.steps, freshMs);
  const lives = useData(
    (signal) => list(`${base}/lives?limit=1000`, { pages: 20, signal }),
    [name, born, agent?.fallen, live.connection],
  );
  const deaths = useData(
    (signal) => list(`/v1/deaths?limit=500&agent=${encodeURIComponent(name)}`, { signal }),
    [name, born, agent?.fallen],
  );
  const all = useMemo(() => {
    const died = new Map((deaths.data?.items ?? []).map((death) => [death.life, death]));
    return (lives.data?.items ?? []).map((life) => ({
      ...life,
      ...(life.life === agent?.life && life.end === null ? { steps: agent.age } : {}),
      cause: died.get(life.life)?.cause,
      death: died.get(life.life),
    }));
  }, [lives.data, deaths.data, aged]);
  if (lives.missing) {
    return html`
      <${Empty} title=${`There is no agent called “${oneLine(name, 40)}”`}>
        <p>There never was one. <a href=${hrefOf([])}>See who lives now.</a></p>
        </${Empty}>
    `;
  }
  if (lives.error !== null) return html`<${Trouble} error=${lives.error} />`;
  if (lives.data === undefined || !live.ready) return html`<p class="loading">Looking in…</p>`;
  const asked = Number(place.query.get("life"));
  const chosen = all.find(({ life }) => life === asked) ?? all.at(-1);
  const choose = (life) =>
    go(["agents", name], life === all.at(-1)?.life ? {} : { life }, { replace: true });
  return html`<div class="agent">
    <${Head} name=${name} agent=${agent} lives=${all} />
    ${
    chosen === undefined ? html`<p class="soft">It has not been born yet.</p>` : html`
      <section aria-labelledby="lives-title">
        <div class="row apart">
          <h2 id="lives-title">Lives</h2>
          <p class="small soft">${count(all.length, "life", "lives")};${" "}
            <a href=${hrefOf(["lineage"], { agent: name })}>see the tree of its genomes</a></p>
        </div>
        <${Lives} lives=${all} chosen=${chosen.life} onChoose=${choose} />
      </section>
      <div class="halves">
        <${Steps} base=${base} life=${chosen} aged=${chosen.end === null ? aged : 0} />
        <${Made} name=${name} agent=${agent} life=${chosen} now=${chosen === all.at(-1)} />
      </div>
    `
  }
  </div>`;
}

function Head({ name, agent, lives }) {
  const { methods } = useMethods(name, agent?.genome);
  const now = useNow();
  const longest = lives.toSorted((a, b) => b.steps - a.steps)[0];
  const look = agent === undefined ? "stopped" : lookOf(agent);
  const cause = agent?.fallen?.cause;
  return html`<header class="agent-head ${cause === undefined ? "" : `cause-${cause}`}">
    <${Cell} name=${name} look=${look} pulse=${agent?.pulse} methods=${methods} />
    <div>
      <h1>${visible(name)}</h1>
      <p class="state ${look}"><i class="dot" aria-hidden="true" />${
    agent === undefined ? "gone; its history stays" : phaseWords(agent)
  }</p>
      <${Facts} facts=${
    agent === undefined ? [] : [
      ["life", figure(agent.life)],
      ["age", count(agent.age, "step")],
      ["energy", typeof agent.energy === "number" ? figure(agent.energy) : null],
      [
        "probation",
        agent.probation &&
        `${count(agent.probation.left, "step")} left; a death goes back to ${
          agent.probation.genome.slice(0, 12)
        }`,
      ],
      [
        "stuck",
        agent.stuck &&
        `since step ${agent.stuck.since}: ${oneLine(agent.stuck.response ?? "no response", 60)}`,
      ],
      ["steps in all", figure(agent.steps)],
      [
        "longest life",
        longest &&
        html`<a href=${hrefOf(["agents", name], { life: longest.life })}>the ${
          ordinal(longest.life)
        }, ${count(longest.steps, "step")}</a>`,
      ],
      ["letters waiting", agent.mailbox > 0 ? figure(agent.mailbox) : null],
      ["since", ago(agent.createdAtMs, now)],
    ]
  } />
    </div>
    ${agent === undefined ? null : html`<${Orders} agent=${agent} genome=${null} />`}
  </header>`;
}

function Steps({ base, life, aged }) {
  const steps = useData(
    (signal) => list(`${base}/steps?limit=500&life=${life.life}`, { pages: 4, signal }),
    [base, life.life, life.end, aged],
  );
  const rows = (steps.data?.items ?? []).filter((row) => row.life === life.life);
  return html`<section aria-labelledby="steps-title">
    <h2 id="steps-title">Life ${life.life} <span class="soft">${endWords(life)}</span></h2>
    <${Facts} facts=${[
    ["reward", figure(Math.round(life.reward * 100) / 100)],
    ["edits", figure(life.edits)],
    [
      life.end === null ? "began" : "lasted",
      life.end === null ? new Date(life.startedAtMs).toLocaleTimeString() : duration(
        life.endedAtMs - life.startedAtMs,
      ),
    ],
    [
      "autopsy",
      life.death &&
      html`<a href=${hrefOf(["deaths", String(life.death.id)])}>death ${life.death.id}</a>`,
    ],
  ]} />
    ${steps.error === null ? null : html`<${Trouble} error=${steps.error} />`}
    ${
    rows.length === 0 && !steps.loading && !(life.steps > 0)
      ? html`<p class="soft">No step yet: the first is under way, or it died before one.</p>`
      : html`<div class="steps">
        ${
        rows.toReversed().map((row) =>
          html`
            <${Step} key=${`${row.life}/${row.step}`} row=${row}
              death=${row.lived ? undefined : life.death} />
          `
        )
      }
      </div>`
  }
  </section>`;
}

function Made({ name, agent, life, now }) {
  const hash = now && agent !== undefined ? agent.genome : life.bornFrom;
  const shown = useThrottled(hash, freshMs);
  const words = now && agent !== undefined ? "" : `, born with in life ${life.life}`;
  return html`
    <section aria-labelledby="genome-title">
      <h2 id="genome-title">Genome</h2>
      <${Genome} hash=${now ? shown : hash} agent=${name} at=${words} />
    </section>
  `;
}

const endings = { one: "st", two: "nd", few: "rd", other: "th" };
const ordinals = new Intl.PluralRules("en", { type: "ordinal" });
function ordinal(n) {
  return `${figure(n)}${endings[ordinals.select(n)] ?? "th"}`;
}
