import { meaningOf } from "../causes.js";
import { html } from "../html.js";
import { count, figure } from "../words.js";

/** What was died of, as one bar and its key. */
export function CausesBar({ causes }) {
  const all = causes.reduce((sum, { deaths }) => sum + deaths, 0);
  const sorted = causes.toSorted((a, b) => b.deaths - a.deaths);
  let from = 0;
  return html`
    <figure class="causes-bar">
      <svg viewBox="0 0 100 2" preserveAspectRatio="none" role="img"
        aria-label=${`${count(all, "death")}: ${
          sorted.map(({ cause, deaths }) => `${cause} ${deaths}`).join(", ")
        }`}>
          ${sorted.map(({ cause, deaths }) => {
            const width = 100 * deaths / all;
            const x = from;
            from += width;
            return html`
              <rect key=${cause} class="cause-${cause} by-cause" x=${x} y="0"
                width=${Math.max(0.1, width - 0.25)} height="2">
                <title>${cause} ${deaths}</title>
              </rect>
            `;
          })}
        </svg>
      <ul class="key" aria-hidden="true">
          ${sorted.slice(0, 8).map(({ cause, deaths }) =>
            html`<li key=${cause} class="cause-${cause}" title=${meaningOf(cause)}>
          <i class="dot" />${cause} <b>${figure(deaths)}</b>
        </li>`
          )}
          ${sorted.length > 8 ? html`<li class="soft">and ${sorted.length - 8} more</li>` : null}
        </ul>
    </figure>
  `;
}
