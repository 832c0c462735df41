import UPlot from "../../vendor/uplot.js";
import { html, useEffect, useRef } from "../html.js";
import { colors, onTheme } from "../theme.js";
import { figure } from "../words.js";

/** The chart library's style sheet, beside its module. */
const styles = new URL("../../vendor/uplot.css", import.meta.url).pathname;
if (document.querySelector(`link[href="${styles}"]`) === null) {
  document.head.append(Object.assign(document.createElement("link"), {
    rel: "stylesheet",
    href: styles,
  }));
}

/**
 * Lines over a common x.
 *
 * @typedef {{ label: string, color: string, values: (number | null)[], low?: (number | null)[],
 *   high?: (number | null)[], points?: boolean }} Line `color`: a custom property, or a cause's class
 *
 * @param {{ label: string, x: number[], lines: Line[], height?: number, stepped?: boolean,
 *   range?: [number, number], xName: string, onAt?: (index: number | null) => void,
 *   whole?: boolean }} props `onAt` hears which x is pointed at; `whole`: x has no fractions
 */
export function Chart(props) {
  const box = useRef(null);
  const plot = useRef(null);
  const now = useRef(props);
  now.current = props;
  const shape = JSON.stringify(props.lines.map(({ label, color, low }) => [label, color, !low]));
  useEffect(() => {
    const draw = () => {
      plot.current?.destroy();
      plot.current = create(box.current, now);
    };
    draw();
    const resized = new ResizeObserver(() => {
      const width = box.current?.clientWidth ?? 0;
      if (width > 0) plot.current?.setSize({ width, height: now.current.height ?? 260 });
    });
    resized.observe(box.current);
    const themed = onTheme(draw);
    return () => {
      resized.disconnect();
      themed();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [shape]);
  useEffect(() => plot.current?.setData(dataOf(props)), [props.x, props.lines]);
  const pressed = (event) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const u = plot.current;
    if (by === undefined || u === null) return;
    event.preventDefault();
    const { x } = now.current;
    const at = Math.min(x.length - 1, Math.max(0, (u.cursor.idx ?? -1) + by));
    u.setCursor({ left: u.valToPos(x[at], "x"), top: 10 });
  };
  return html`
    <div class="chart" ref=${box} tabindex="0" role="group" aria-label=${props.label}
      onKeyDown=${pressed}></div>
  `;
}

/** uPlot's columns: x, and for each line its value and, where it has a band, the band's two edges. */
function dataOf({ x, lines }) {
  return [
    x,
    ...lines.flatMap(({ values, low, high }) => low === undefined ? [values] : [values, low, high]),
  ];
}

function create(box, now) {
  const { x, lines, height = 260, stepped = false, range, xName, whole = true } = now.current;
  const names = [...new Set(lines.map(({ color }) => color)), "--line", "--soft"];
  const palette = colors(names);
  const paths = stepped ? UPlot.paths.stepped({ align: 1 }) : UPlot.paths.linear();
  const series = [{}];
  const bands = [];
  for (const { label, color, low, points = false } of lines) {
    const stroke = palette[color];
    const few = points && x.length <= 60;
    series.push({ label, stroke, width: 1.8, paths, points: { show: few, size: 5, fill: stroke } });
    if (low === undefined) continue;
    const edge = { stroke: "transparent", width: 0, paths, points: { show: false } };
    series.push({ ...edge, label: `${label}, low` }, { ...edge, label: `${label}, high` });
    bands.push({ series: [series.length - 1, series.length - 2], fill: faint(stroke) });
  }
  const axis = {
    stroke: palette["--soft"],
    font: "11px 'Vivarium Sans', system-ui, sans-serif",
    grid: { stroke: palette["--line"], width: 1 },
    ticks: { show: false },
  };
  return new UPlot(
    {
      width: box.clientWidth,
      height,
      padding: [10, 12, 0, 0],
      legend: { show: false },
      scales: { x: { time: false }, y: range === undefined ? {} : { range } },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 24,
          gap: 2,
          label: xName,
          labelSize: 15,
          labelGap: 0,
          labelFont: axis.font,
          ...(whole ? { incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 10_000] } : {}),
        },
        { ...axis, size: 46, values: (_, ticks) => ticks.map(figure) },
      ],
      cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
      series,
      bands,
      hooks: { setCursor: [({ cursor }) => now.current.onAt?.(cursor.idx ?? null)] },
    },
    dataOf(now.current),
    box,
  );
}

/** The same colour, hardly there. */
function faint(color) {
  return color.replace(
    /^rgb\((.*)\)$/,
    (_, parts) => parts.includes(",") ? `rgba(${parts}, 0.13)` : `rgb(${parts} / 0.13)`,
  );
}
