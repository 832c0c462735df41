import { useData } from "../data.js";
import { html } from "../html.js";
import { visible } from "../visible.js";
import { count, duration } from "../words.js";
import { AgentCard } from "./agent_card.js";

const none = [];
/** More agents than these are drawn without their methods: each would be a request at every edit. */
const mostDetailed = 24;

/**
 * All agents as cells, under the supervisors that bring them back.
 *
 * @param {{ agents: any[], deathsOf: Map<string, any[]>, now: number, beat: unknown }} props `beat`:
 *   the supervisors are read again when it changes
 */
export function Agents({ agents, deathsOf, now, beat }) {
  const { data } = useData("/v1/supervisors", [agents.length, beat]);
  const supervisors = data?.items ?? [];
  const over = new Map(
    supervisors.flatMap(({ name, children }) => children.map((child) => [child.name, name])),
  );
  const groups = Map.groupBy(agents, ({ name }) => over.get(name));
  const named = supervisors.filter(({ name }) => groups.has(name));
  return html`
    ${named.map((supervisor) =>
      html`
        <${Group} key=${supervisor.name} supervisor=${supervisor} alone=${supervisors.length === 1}
          agents=${groups.get(supervisor.name)} deathsOf=${deathsOf} now=${now} />
      `
    )}
    ${groups.has(undefined)
      ? html`<${Cards} agents=${groups.get(undefined)} deathsOf=${deathsOf} now=${now} />`
      : null}
  `;
}

const strategies = {
  one_for_one: "each by itself",
  one_for_all: "all together",
  rest_for_one: "each with those after it",
};

/** What a supervisor does for its agents, and how near it is to giving up. */
function Group({ supervisor, alone, ...cards }) {
  const { name, strategy, intensity, periodMs, restarts } = supervisor;
  const period = duration(periodMs);
  const spent = restarts === 0 ? "" : `; on probation, ${restarts} of them spent`;
  return html`<div class="group">
    ${alone ? null : html`<h3>${visible(name)}</h3>`}
    <p class="soft small">Brought back ${strategies[strategy] ?? strategy}, at most ${
    count(intensity, "time")
  } in ${period}${spent}.</p>
    <${Cards} ...${cards} />
  </div>`;
}

function Cards({ agents, deathsOf, now }) {
  const wide = agents.length <= 4;
  return html`<ul class="cards ${wide ? "pairs" : ""}">${
    agents.map((agent) =>
      html`
        <${AgentCard} key=${agent.name} agent=${agent} now=${now} wide=${wide}
          detailed=${agents.length <= mostDetailed}
          deaths=${deathsOf.get(agent.name) ?? none} />
      `
    )
  }</ul>`;
}
