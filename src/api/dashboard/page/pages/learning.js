import { html } from "../html.js";
export default function Later() {
  return html`<p class="loading">…</p>`;
}
