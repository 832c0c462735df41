import { get } from "../api.js";
import { html, memo, useEffect, useState } from "../html.js";
import { hrefOf } from "../router.js";
import { oneLine, visible } from "../visible.js";
import { ago, count, figure } from "../words.js";
import { Cell, lookOf } from "./cell.js";
import { PastLives } from "./past_lives.js";

const phases = {
  starting: "being born",
  idle: "alive",
  turn: "alive",
  backoff: "waiting to be reborn",
  finished: "has nothing left to do",
  stopped: "stopped",
  failed: "failed for good",
};

/** What an agent does, in words. */
export function phaseWords(agent) {
  const { status, phase, fallen } = agent;
  if (status === "failed") return phases.failed;
  if (status === "stopped") return phases.stopped;
  if (fallen !== undefined) return `died of ${fallen.cause}`;
  if (status === "paused") return "paused";
  if (agent.stuck) return `stuck: ${count(agent.stuck.steps, "step")} with nothing new`;
  if (agent.probation) return `on probation, ${count(agent.probation.left, "step")} left`;
  return phases[phase] ?? phase;
}

/**
 * The methods of an agent's genome, joined by spaces; read when the genome is another, and not more
 * often than every few seconds.
 */
export function useMethods(name, hash) {
  const [held, setHeld] = useState({ hash: null, methods: "", atMs: 0, changedAtMs: null });
  useEffect(() => {
    if (hash === held.hash) return;
    const wait = Math.max(0, held.atMs + 3000 - Date.now());
    const timer = setTimeout(async () => {
      const row = await get(`/v1/genomes/${hash}`).catch(() => undefined);
      const methods = Object.keys(row?.methods ?? row?.genome?.methods ?? {}).join(" ");
      setHeld({ hash, methods, atMs: Date.now(), changedAtMs: row?.createdAtMs ?? null });
    }, wait);
    return () => clearTimeout(timer);
  }, [name, hash, held]);
  return held;
}

/** The words under "last edit". */
function editWords(edit, changedAtMs, life, now) {
  if (edit !== undefined) return `${oneLine(edit.names.join(", "), 28)}, ${ago(edit.atMs, now)}`;
  return life === 0 || changedAtMs === null ? "none yet" : ago(changedAtMs, now);
}

/** An agent among the others: a cell with its vital signs. */
export const AgentCard = memo(function AgentCard(
  { agent, deaths, now, wide, detailed },
) {
  const { name, life, age, energy, edit } = agent;
  const { methods, changedAtMs } = useMethods(name, detailed ? agent.genome : null);
  const look = lookOf(agent);
  const cause = agent.fallen?.cause;
  return html`
    <li>
      <a class="card ${look} ${cause === undefined ? "" : `cause-${cause}`}"
        href=${hrefOf(["agents", name])}>
        <${Cell} name=${name} look=${look} pulse=${agent.pulse} methods=${methods} />
        <div class="card-words">
          <h3>${visible(name)}</h3>
          <p class="state"><i class="dot" aria-hidden="true" />${phaseWords(agent)}</p>
        </div>
        <dl class="vital">
            <div><dt>life</dt><dd>${figure(life)}</dd></div>
            <div><dt>age</dt><dd>${figure(age)}</dd></div>
            ${typeof energy === "number"
              ? html`
                <div>
                  <dt>energy</dt>
                  <dd>${figure(energy)}</dd>
                </div>
              `
              : html`
                <div>
                  <dt>steps</dt>
                  <dd>${figure(agent.steps)}</dd>
                </div>
              `}
          </dl>
        <p class="edit soft small">last edit: ${editWords(edit, changedAtMs, life, now)}</p>
        <${PastLives} deaths=${deaths} age=${age} shown=${wide ? 56 : 22} />
      </a>
    </li>
  `;
});
