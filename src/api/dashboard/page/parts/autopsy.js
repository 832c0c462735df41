import { post } from "../api.js";
import { meaningOf } from "../causes.js";
import { html, useState } from "../html.js";
import { hrefOf } from "../router.js";
import { visible } from "../visible.js";
import { codeOf, duration } from "../words.js";
import { Trouble } from "./empty.js";
import { Facts } from "./facts.js";
import { Sentence } from "./obituary.js";
import { Fork } from "./orders.js";
import { Code, Prose } from "./text.js";

const owners = {
  agent: "the agent itself",
  infrastructure: "the machinery, not the agent",
  operator: "a person, not the agent",
};

/** What is known of a death, and what can be done with it. */
export function Autopsy({ death, level = 1 }) {
  const { agent, life, step, cause, evidence, response, decision, policyVersion } = death;
  const facts = evidence !== null && typeof evidence === "object" ? evidence : {};
  const title = html`<${Sentence} death=${death} linked=${false} />`;
  return html`<article class="autopsy cause-${cause}">
    ${level === 1 ? html`<h1>${title}</h1>` : html`<h2 class="sentence">${title}</h2>`}
    <p class="meaning"><i class="dot" aria-hidden="true" /><b>${cause}</b>: ${meaningOf(cause)}.</p>
    <${Deeds} death=${death} />
    <${Facts} facts=${[
    ["message", visible(death.reason)],
    ["to blame", owners[death.owner]],
    ["seen after", duration(death.detectedMs)],
    ["exit code", facts.exitCode],
    ["signal", facts.signal],
    ["ended by", facts.killedBy],
    ["by its rule", facts.rule],
    ["policy", policyVersion === null ? null : `version ${policyVersion}`],
    ["supervisor", `${visible(death.supervisor)}, ${death.context}`],
    ["decided", decisionWords(decision)],
    ["when", new Date(death.atMs).toLocaleString()],
    [
      "life",
      html`<a href=${hrefOf(["agents", agent], { life })}>${agent}, life ${life}${
        step > 0 ? `, step ${step}` : ""
      }</a>`,
    ],
  ]} />
    ${
    response === null ? null : html`
      <h3>What was being executed</h3>
      <${Code} source=${codeOf(response)} label="the lethal response" />
    `
  }
    ${
    typeof facts.stack !== "string" || facts.stack === "" ? null : html`
      <h3>Stack</h3>
      <${Prose} text=${facts.stack} label="stack" />
    `
  }
    <details class="evidence"><summary>All evidence</summary>
      <${Prose} text=${JSON.stringify({ evidence, decision, offender: death.offender }, null, 2)}
        label="all evidence" /></details>
  </article>`;
}

const sources = {
  last: "the last genome that lived",
  trusted: "the last genome that stood its probation",
  further: "one genome further back",
  first: "the first genome",
};

function decisionWords(decision) {
  if (decision === null || typeof decision !== "object") return null;
  switch (decision.kind) {
    case "restart":
      return `back after ${duration(decision.delayMs)} from ${
        sources[decision.from] ?? "a genome"
      }, ${String(decision.genome ?? "").slice(0, 12)}`;
    case "remain":
      return visible(`stays down: ${decision.why}`);
    case "escalate":
      return visible(`its supervisor gave up: ${decision.why}`);
    default:
      return "nothing";
  }
}

/** Die again by the recorded inputs; begin again from the genome before. */
function Deeds({ death }) {
  const [replay, setReplay] = useState({ state: "none" });
  const [forking, setForking] = useState(false);
  const dieAgain = async () => {
    setReplay({ state: "running" });
    try {
      setReplay({ state: "done", answer: await post(`/v1/deaths/${death.id}/replay`) });
    } catch (error) {
      setReplay({ state: "failed", error });
    }
  };
  return html`
    <div class="row">
      <button type="button" disabled=${replay.state === "running"} onClick=${dieAgain}>
            ${replay.state === "running" ? "Dying again…" : "Replay this death"}</button>
      <button type="button" onClick=${() => setForking(true)}>Fork from before it…</button>
    </div>
        <div role="status">${replay.state === "done"
          ? html`<${Replayed} answer=${replay.answer} />`
          : null}</div>
        ${replay.state === "failed" ? html`<${Trouble} error=${replay.error} />` : null}
        ${forking
          ? html`
            <${Fork} name=${death.agent} genome=${death.genomeBefore}
              place=${`the genome before the death in life ${death.life}`}
              onClose=${() => setForking(false)} />
          `
          : null}
  `;
}

function Replayed({ answer: { same, recorded, lived, why } }) {
  const words = lived === null
    ? "it did not die this time"
    : `${lived.cause} at step ${lived.step}${lived.message ? `: ${visible(lived.message)}` : ""}`;
  return html`<p class="replayed ${same ? "same" : "other"}">
    <b>${same ? "It died the same death again." : "It went another way."}</b>${" "}
    Recorded: ${recorded.cause} at step ${recorded.step}. Lived again: ${words}.
    ${why === null || why === undefined ? null : ` ${visible(why)}`}
  </p>`;
}
