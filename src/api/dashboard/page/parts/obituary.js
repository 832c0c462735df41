import { html } from "../html.js";
import { hrefOf } from "../router.js";
import { ago, deathWords } from "../words.js";

/** A death as a sentence; each part that can be followed is a link. */
export function Sentence({ death, linked = true }) {
  const { who, life, when, of, code, where } = deathWords(death);
  const name = linked
    ? html`<a class="name" href=${hrefOf(["agents", who], { life })}>${who}</a>`
    : html`<span class="name">${who}</span>`;
  const manner = linked ? html`<a href=${hrefOf(["deaths", String(death.id)])}>${of}</a>` : of;
  const said = code === ""
    ? "."
    : html`: <code class="said">${code}</code>${
      where === "" ? null : html`${" in "}<code>${where}</code>`
    }`;
  return html`${name}, life ${life}, died ${when} ${manner}${said}`;
}

/** One entry of the feed. */
export function Obituary({ death, now }) {
  return html`
    <article class="obituary cause-${death.cause}">
      <p>
        <${Sentence} death=${death} />
      </p>
      <p class="soft small">
          <time datetime=${new Date(death.atMs).toISOString()}>${ago(death.atMs, now)}</time>
          ${death.owner === "agent" ? null : html`<span> · not its own doing</span>`}
        </p>
    </article>
  `;
}
