import { html, memo } from "../html.js";

/** An agent's latest deaths as bars: as high as the life was long, coloured by its end. */
export const PastLives = memo(function PastLives({ deaths, age, shown = 22 }) {
  const past = deaths.slice(0, shown).reverse();
  const bars = [
    ...past.map(({ step, cause, life }) => ({ length: step, cause, life })),
    { length: age, cause: null, life: "now" },
  ];
  const most = Math.max(4, ...bars.map(({ length }) => length));
  const height = (length) => 2 + 16 * Math.sqrt(length / most);
  const width = (shown + 1) * 5;
  return html`
    <svg class="past-lives" viewBox="0 0 ${width} 18" aria-hidden="true"
      preserveAspectRatio="xMinYMax meet">
        ${bars.map(({ length, cause, life }, n) =>
          html`
            <rect key=${life} class=${cause === null ? "living" : `cause-${cause} by-cause`}
              x=${n * 5} y=${(18 - height(length)).toFixed(1)} width="3.4"
              height=${height(length).toFixed(1)} rx="1" />
          `
        )}
      </svg>
  `;
});
