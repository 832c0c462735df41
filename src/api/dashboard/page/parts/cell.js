import { html, memo, useEffect, useRef } from "../html.js";

/** A number in 0..1 out of a text, always the same: each agent keeps its shape. */
function hashOf(text) {
  let hash = 2166136261;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  // Names are alike; what becomes of them is not to be.
  hash = Math.imul(hash ^ hash >>> 16, 0x85ebca6b);
  hash = Math.imul(hash ^ hash >>> 13, 0xc2b2ae35);
  return ((hash ^ hash >>> 16) >>> 0) / 2 ** 32;
}

/** A smooth closed line around the middle, a little irregular: Catmull and Rom's spline as Béziers. */
export function membrane(name, radius = 40) {
  const corners = 9;
  const points = Array.from({ length: corners }, (_, n) => {
    const r = radius * (0.9 + 0.17 * hashOf(`${name}/${n}`));
    const angle = 2 * Math.PI * (n + 0.35 * hashOf(`${name}:${n}`)) / corners;
    return [r * Math.cos(angle), r * Math.sin(angle)];
  });
  const at = (n) => points[(n + corners) % corners];
  const text = ([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  const curves = points.map((_, n) => {
    const [before, from, to, after] = [at(n - 1), at(n), at(n + 1), at(n + 2)];
    const out = from.map((v, i) => v + (to[i] - before[i]) / 6);
    const into = to.map((v, i) => v - (after[i] - from[i]) / 6);
    return `C${text(out)} ${text(into)} ${text(to)}`;
  });
  return `M${text(points[0])}${curves.join("")}Z`;
}

/** How an agent looks from outside, in one word. */
export function lookOf(agent) {
  const { status, phase, fallen } = agent;
  if (status === "failed" || phase === "failed") return "failed";
  if (status === "stopped" || phase === "stopped") return "stopped";
  if (fallen !== undefined || phase === "backoff" || phase === "starting") return "fallen";
  if (status === "paused") return "paused";
  return phase === "finished" ? "finished" : "alive";
}

/** The methods that every agent is born with; what else it has it made itself. */
const vital = new Set(["handle", "step", "execute"]);

/**
 * An agent as a cell: its membrane is its own, its nucleus beats at each step, and each grain is a
 * method that it has written for itself.
 */
export const Cell = memo(function Cell({ name, look, pulse, methods = "" }) {
  const nucleus = useRef(null);
  useEffect(() => {
    if (pulse === undefined || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    nucleus.current?.animate(
      [{ transform: "scale(1)" }, { transform: "scale(1.3)" }, { transform: "scale(1)" }],
      { duration: 420, easing: "ease-out" },
    );
  }, [pulse]);
  const grains = methods.split(" ").filter((each) => each !== "" && !vital.has(each)).slice(0, 24);
  const [x, y] = [10 * hashOf(`${name}x`) - 5, 10 * hashOf(`${name}y`) - 5];
  return html`<svg class="cell ${look}" viewBox="-50 -50 100 100" aria-hidden="true">
    <path class="membrane" d=${membrane(name)} />
    ${
    grains.map((grain) => {
      const angle = 2 * Math.PI * hashOf(`${grain}~`);
      const far = 21 + 11 * hashOf(`${grain}-`);
      return html`
        <circle key=${grain} class="grain" cx=${(far * Math.cos(angle)).toFixed(1)}
          cy=${(far * Math.sin(angle)).toFixed(1)} r=${(1.6 + 1.6 * hashOf(grain)).toFixed(1)} />
      `;
    })
  }
    <g transform="translate(${x.toFixed(1)} ${y.toFixed(1)})">
      <circle class="nucleus" ref=${nucleus} r="12" />
      <circle class="nucleolus" cx="3" cy="-2" r="3.500" />
    </g>
  </svg>`;
});
