import { useData } from "../data.js";
import { html } from "../html.js";
import { Autopsy } from "../parts/autopsy.js";
import { Empty, Trouble } from "../parts/empty.js";
import { hrefOf } from "../router.js";

/** *Death*: one autopsy. */
export default function Death({ place }) {
  const id = place.path[1] ?? "";
  const { data, error, missing } = useData(`/v1/deaths/${encodeURIComponent(id)}`, [id]);
  if (missing) {
    return html`
      <${Empty} title="There is no such death">
        <p>The ledger has none of this number. <a href=${hrefOf([])}>See the latest ones.</a></p>
        </${Empty}>
    `;
  }
  if (error !== null) return html`<${Trouble} error=${error} />`;
  if (data === undefined) return html`<p class="loading">…</p>`;
  return html`<${Autopsy} death=${data} />`;
}
