import { post } from "../api.js";
import { html, useState } from "../html.js";
import { takeAgent } from "../live.js";
import { go } from "../router.js";
import { visible } from "../visible.js";
import { Dialog } from "./dialog.js";
import { Trouble } from "./empty.js";

const base = (name) => `/v1/agents/${encodeURIComponent(name)}`;

/** What a person may do with an agent. */
export function Orders({ agent, genome, place }) {
  const [asked, setAsked] = useState(null);
  const [told, setTold] = useState({ words: "", error: null });
  const { name, status } = agent;
  const close = () => setAsked(null);
  const order = async (act) => {
    try {
      takeAgent(await post(`${base(name)}/${act}`));
      setTold({ words: `${name}: ${act} was ordered.`, error: null });
    } catch (error) {
      setTold({ words: "", error });
    }
  };
  const gone = status === "stopped" || status === "failed";
  return html`<div class="orders">
    <div class="row" role="group" aria-label=${`Orders to ${visible(name)}`}>
      ${
    gone
      ? html`<button type="button" onClick=${() => order("revive")}>Revive</button>`
      : status === "paused"
      ? html`<button type="button" onClick=${() => order("resume")}>Resume</button>`
      : html`<button type="button" onClick=${() => order("pause")}>Pause</button>`
  }
      <button type="button" disabled=${gone} onClick=${() => setAsked("message")}>Message…</button>
      <button type="button" onClick=${() => setAsked("fork")}>Fork…</button>
      <button type="button" class="danger" disabled=${gone}
        onClick=${() => setAsked("kill")}>Kill…</button>
    </div>
    <p class="small soft" role="status">${told.words}</p>
    ${told.error === null ? null : html`<${Trouble} error=${told.error} />`}
    ${asked === "kill" ? html`<${Kill} name=${name} onClose=${close} onTold=${setTold} />` : null}
    ${
    asked === "message"
      ? html`<${Message} name=${name} onClose=${close} onTold=${setTold} />`
      : null
  }
    ${
    asked === "fork"
      ? html`<${Fork} name=${name} genome=${genome} place=${place} onClose=${close} />`
      : null
  }
  </div>`;
}

function Kill({ name, onClose, onTold }) {
  const act = async () => {
    takeAgent(await post(`${base(name)}/kill`));
    onTold({ words: `${name}'s life was ended.`, error: null });
  };
  return html`
    <${Dialog} title=${`End ${visible(name)}'s present life?`} act="Kill" danger=${true}
      onAct=${act} onClose=${onClose}>
      <p>It dies by your order, which nobody is punished for. Its child spec says whether it comes
          back.</p>
      </${Dialog}>
  `;
}

function Message({ name, onClose, onTold }) {
  const act = async (form) => {
    const text = String(form.get("body"));
    const wait = form.get("ask") === null ? "" : "?wait=30";
    const answer = await post(`${base(name)}/messages${wait}`, { body: bodyOf(text) });
    const words = wait === ""
      ? `The message is in ${name}'s mailbox.`
      : `${name} answers: ${visible(JSON.stringify(answer.answer))}`;
    onTold({ words, error: null });
  };
  return html`
    <${Dialog} title=${`A message to ${visible(name)}`} act="Send" onAct=${act}
      onClose=${onClose}>
      <label>What to tell it, as text or as JSON
          <textarea name="body" required autofocus></textarea></label>
      <label class="row tick"><input type="checkbox" name="ask" />Ask, and wait for its answer</label>
      </${Dialog}>
  `;
}

/** JSON where it is JSON, else the text itself. */
function bodyOf(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * Starts a new agent from a genome of another.
 *
 * @param {{ name: string, genome: string | null, place?: string, onClose: () => void }} props
 *   `genome`: null for the agent's present one
 */
export function Fork({ name, genome, place, onClose }) {
  const act = async (form) => {
    const body = { name: String(form.get("name")).trim(), ...(genome === null ? {} : { genome }) };
    const fork = await post(`${base(name)}/fork`, body);
    takeAgent(fork);
    onClose();
    go(["agents", fork.name]);
  };
  return html`
    <${Dialog} title=${`Fork ${visible(name)}`} act="Fork" onAct=${act} onClose=${onClose}>
      <p>A new agent begins from ${place ?? "its present genome"}. The one it came from lives on
          untouched.</p>
      <label>Name of the new agent
          <input name="name" required maxlength="63" autofocus autocomplete="off"
            pattern="[a-z][a-z0-9_\\-]*" placeholder=${`${name}-2`} /></label>
      </${Dialog}>
  `;
}
