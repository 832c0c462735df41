import { html } from "../html.js";

/** Figures as a small line, without axes. */
export function Sparkline({ values, width = 96, height = 20 }) {
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const points = values.map((value, n) => {
    const x = 2 + (width - 4) * n / Math.max(1, values.length - 1);
    return `${x.toFixed(1)},${(height - 2 - (height - 4) * (value - low) / span).toFixed(1)}`;
  });
  const [x, y] = points.at(-1).split(",");
  return html`
    <svg class="spark" viewBox="0 0 ${width} ${height}" aria-hidden="true">
      <polyline points=${points.join(" ")} />
      <circle cx=${x} cy=${y} r="2" />
    </svg>
  `;
}
