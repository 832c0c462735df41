import { aalenJohansen } from "../../src/survival/mod.ts";
import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { type ArmName, armNames, type LifeRecord, type SeedRecord } from "./record.ts";
import { curveOf } from "./summary.ts";

const config = {
  background: "white",
  font: "system-ui, sans-serif",
  axis: { grid: true, gridColor: "#eee", domainColor: "#888", tickColor: "#888" },
  view: { stroke: null },
} as const;

/** Colours that the colour-blind can tell apart (Okabe and Ito 2008). */
const palette = [
  "#999999",
  "#0072B2",
  "#D55E00",
  "#009E73",
  "#CC79A7",
  "#E69F00",
  "#56B4E9",
  "#000000",
];

const quantitative = (field: string, title: string) => ({
  field,
  title,
  type: "quantitative" as const,
});

/** Kaplan–Meier curves with 95 % bands, a panel a seed. */
export function survivalPlot(seeds: readonly SeedRecord[], horizon: number): Promise<string> {
  const shown: readonly ArmName[] = ["random", "pretrained", "trained", "no baseline"];
  const values = seeds.flatMap(({ seed, arms }) =>
    shown.flatMap((policy) => {
      const lives = arms[policy]?.lives;
      if (lives === undefined) return [];
      const points = curveOf(lives).map(({ time, survival, lower, upper }) => // Where nobody is left the band has no end of its own: nothing is drawn.
      ({ time, survival, lower, upper: survival === 0 ? 0 : upper }));
      const start = { time: 0, survival: 1, lower: 1, upper: 1 };
      const last = { ...points.at(-1) ?? start, time: horizon };
      return [start, ...points, last].map((point) => ({ seed: `seed ${seed}`, policy, ...point }));
    })
  );
  const x = quantitative("time", "steps survived");
  const color = {
    field: "policy",
    type: "nominal" as const,
    sort: [...shown],
    scale: { domain: [...shown], range: palette.slice(0, shown.length) },
  };
  return draw({
    data: { values },
    facet: { field: "seed", type: "nominal", title: null },
    columns: 3,
    spec: {
      width: 240,
      height: 180,
      layer: [
        {
          mark: { type: "area", interpolate: "step-after", opacity: 0.2 },
          encoding: { x, y: quantitative("lower", "share alive"), y2: { field: "upper" }, color },
        },
        {
          mark: { type: "line", interpolate: "step-after", strokeWidth: 2 },
          encoding: { x, y: quantitative("survival", "share alive"), color },
        },
      ],
    },
  });
}

/** Cumulative incidence by cause (Aalen–Johansen), all seeds together, a panel a policy. */
export function causesPlot(seeds: readonly SeedRecord[], horizon: number): Promise<string> {
  const values = (["pretrained", "trained"] as const).flatMap((policy) => {
    const lives = seeds.flatMap(({ arms }) => arms[policy]?.lives ?? []);
    const points = aalenJohansen(lives.map(({ steps, cause }) => ({ time: steps, cause })));
    const causes = [...new Set(lives.flatMap(({ cause }) => cause === null ? [] : [cause]))].sort();
    return causes.flatMap((cause) => {
      const path = points.map(({ time, incidence }) => ({
        time,
        incidence: incidence[cause] ?? 0,
      }));
      const last = { incidence: path.at(-1)?.incidence ?? 0, time: horizon };
      return [{ time: 0, incidence: 0 }, ...path, last].map((point) => ({
        policy,
        cause,
        ...point,
      }));
    });
  });
  return draw({
    data: { values },
    facet: { field: "policy", type: "nominal", title: null },
    spec: {
      width: 360,
      height: 220,
      mark: { type: "line", interpolate: "step-after", strokeWidth: 1.5 },
      encoding: {
        x: quantitative("time", "steps"),
        y: quantitative("incidence", "share dead of the cause"),
        color: { field: "cause", type: "nominal", scale: { scheme: "tableau20" } },
      },
    },
  });
}

/** A metric by update, a line a seed, a panel a training. */
export function learningPlot(
  seeds: readonly SeedRecord[],
  metric: string,
  title: string,
  window = 10,
): Promise<string> {
  const values = seeds.flatMap(({ seed, training }) =>
    armNames.flatMap((policy) =>
      (training[policy]?.versions ?? []).map(({ version }, index, versions) => {
        const near = versions.slice(Math.max(0, index - window + 1), index + 1);
        const mean = near.reduce((sum, { metrics }) => sum + (metrics[metric] ?? 0), 0) /
          near.length;
        return { seed: String(seed), policy, version, mean };
      })
    )
  );
  return draw({
    data: { values },
    facet: { field: "policy", type: "nominal", title: null, sort: ["trained", "no baseline"] },
    spec: {
      width: 360,
      height: 200,
      mark: { type: "line", strokeWidth: 1.5 },
      encoding: {
        x: quantitative("version", "update"),
        y: quantitative("mean", title),
        color: { field: "seed", type: "nominal", scale: { range: palette.slice(1) } },
      },
    },
  });
}

/** Mean value of a life against its mean of steps survived, a point a policy and seed. */
export function valuePlot(seeds: readonly SeedRecord[]): Promise<string> {
  const mean = (lives: readonly LifeRecord[], of: (life: LifeRecord) => number): number =>
    lives.reduce((sum, life) => sum + of(life), 0) / Math.max(1, lives.length);
  const values = seeds.flatMap(({ seed, arms }) =>
    armNames.flatMap((policy) => {
      const lives = arms[policy]?.lives;
      if (lives === undefined || policy.includes("metered")) return [];
      const [steps, value] = [mean(lives, (life) => life.steps), mean(lives, (life) => life.value)];
      return [{ seed, policy, steps, value }];
    })
  );
  return draw({
    data: { values },
    width: 360,
    height: 220,
    mark: { type: "point", filled: true, size: 80 },
    encoding: {
      x: quantitative("steps", "steps survived, mean"),
      y: quantitative("value", "value of a life, mean"),
      color: { field: "policy", type: "nominal", scale: { range: palette } },
    },
  });
}

async function draw(spec: TopLevelSpec): Promise<string> {
  const { spec: compiled } = compile({ ...spec, config });
  return await new View(parse(compiled), { renderer: "none" }).toSVG();
}
