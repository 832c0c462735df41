import { html, useState } from "../html.js";
import { hrefOf } from "../router.js";
import { oneLine, visible } from "../visible.js";
import { bytes, codeOf, duration, figure, signed } from "../words.js";
import { Facts, json } from "./facts.js";
import { Code, Prose } from "./text.js";

/** What brought a step about. */
function letterWords(letter) {
  if (letter?.kind === undefined || letter.kind === "tick") return "";
  return `${letter.kind} from ${oneLine(letter.from, 30)}`;
}

/** A step in one line: its number, what it did, what it earned. Opened, everything that is known. */
export function Step({ row, death, open = false }) {
  const [opened, setOpened] = useState(open);
  const { step, edited, lived, calls, rewards } = row;
  const list = Array.isArray(calls) ? calls : [];
  const response = list.findLast((call) => typeof call?.response === "string")?.response ??
    death?.response ?? null;
  const reward = rewards.reduce((sum, { value }) => sum + value, 0);
  const what = response === null ? letterWords(row.letter) : oneLine(codeOf(response), 90);
  const outcome = lived ? edited.length > 0 ? `edit ${edited.join(", ")}` : "no edit" : "died";
  return html`
    <details class="step ${lived ? "" : `lethal cause-${death?.cause ?? ""}`}"
      id=${`step-${step}`} open=${opened} onToggle=${(event) => setOpened(event.target.open)}>
        <summary>
          <span class="step-number">${step}</span>
          <code class="step-what">${what}</code>
          <span class="step-outcome small ${edited.length > 0 ? "edited" : "soft"}">${oneLine(
            lived ? outcome : death === undefined ? outcome : `died: ${death.cause}`,
            40,
          )}</span>
          <span class="step-reward ${reward < 0 ? "lost" : ""}">${signed(reward)}</span>
        </summary>
        ${opened
          ? html`<${Inside} row=${row} calls=${list} death=${death} response=${response} />`
          : null}
      </details>
  `;
}

function Inside({ row, calls, death, response }) {
  const { usage, rewards, prints, returned, dropped, attempts, letter } = row;
  return html`<div class="step-inside">
    ${
    death === undefined ? null : html`<p class="sentence">${visible(death.reason)}${" "}
      <a href=${hrefOf(["deaths", String(death.id)])}>See the autopsy.</a></p>`
  }
    ${
    letterWords(letter) === "" ? null : html`
      <${Part} name=${letterWords(letter)}>
        <${Prose} text=${JSON.stringify(letter.body)} label="the letter" />
        </${Part}>
    `
  }
    ${
    calls.map((call, n) => html`<${Call} key=${n} call=${call} number=${n} of=${calls.length} />`)
  }
    ${
    calls.length > 0 || response === null ? null : html`
      <${Part} name="response">
        <${Code} source=${response} label="the response" />
        </${Part}>
    `
  }
    ${
    prints.length === 0 ? null : html`
      <${Part} name="prints">
        <${Prose} text=${prints.join("\n")} label="what it printed" />
        </${Part}>
    `
  }
    ${
    [["returned", returned], ["dropped", dropped], ["attempts", attempts]].map(([name, value]) =>
      json(value) === null ? null : html`
        <${Part} key=${name} name=${name}>
          <${Prose} text=${json(value)} label=${name} />
          </${Part}>
      `
    )
  }
    <${Facts} facts=${[
    ["rewards", rewards.map(({ term, value }) => `${visible(term)} ${signed(value)}`).join(" · ")],
    ["took", usage?.elapsedMs > 0 ? duration(usage.elapsedMs) : null],
    ["of that, busy", usage?.elapsedMs > 0 ? duration(usage.busyMs) : null],
    ["memory", usage?.rssBytes > 0 ? bytes(usage.rssBytes) : null],
    ["energy", typeof row.energy === "number" ? figure(row.energy) : null],
    ["seed", String(row.seed)],
    ["genome", row.genome.slice(0, 12)],
  ]} />
  </div>`;
}

function Call({ call, number, of }) {
  const name = of > 1 ? ` ${number + 1}` : "";
  const tokens = call?.tokens;
  const by = [
    call?.model,
    tokens === undefined ? null : `${figure(tokens.prompt)} + ${figure(tokens.completion)} tokens`,
  ].filter(Boolean).join(", ");
  return html`
    ${typeof call?.prompt !== "string" ? null : html`
      <${Part} name=${`prompt${name}`}>
        <${Prose} text=${call.prompt} label=${`prompt${name}`} />
        </${Part}>
    `}
    ${typeof call?.response !== "string" ? null : html`
      <${Part} name=${`response${name}`} by=${by}>
        <${Code} source=${call.response} label=${`response${name}`} />
        </${Part}>
    `}
  `;
}

function Part({ name, by, children }) {
  return html`<div class="part"><h4>${name}${
    by
      ? html`
        <span class="soft">${visible(by)}</span>
      `
      : null
  }</h4>${children}</div>`;
}
