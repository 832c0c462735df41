import { html } from "../html.js";
import { visible } from "../visible.js";

/** What stands where there is nothing yet: why, and what to do next. */
export function Empty({ title, children }) {
  return html`<section class="empty">
    <svg viewBox="0 0 64 64" aria-hidden="true"><circle cx="32" cy="32" r="25" /></svg>
    <h2>${title}</h2>
    ${children}
  </section>`;
}

/** The state of a reading that has brought nothing to show. */
export function Trouble({ error }) {
  return html`<div class="trouble" role="alert">
    <p>${visible(error.message)}</p>
    ${error.hint === undefined ? null : html`<p class="soft">${visible(error.hint)}</p>`}
  </div>`;
}

/** A command for a person to copy. */
export function Command({ children }) {
  return html`<pre class="command" tabindex="0"><code>${children}</code></pre>`;
}
