import { causesPlot, learningPlot, survivalPlot, valuePlot } from "./plots.ts";
import { type ArmName, armNames, type SeedRecord } from "./record.ts";
import { heldOutQueries, type Settings, settingsSchema, trainingQueries } from "./settings.ts";
import { type ArmSummary, pValue, rarefiedTo, summarise } from "./summary.ts";

/** Writes `README.md` and its plots into the folder, from the data in it and from nothing else. */
export async function writeReport(out: string): Promise<void> {
  const settings = settingsSchema.parse(await readJson(`${out}/data/settings.json`));
  const seeds = await readSeeds(`${out}/data`);
  const plots: Record<string, Promise<string>> = {
    survival: survivalPlot(seeds, settings.horizon),
    causes: causesPlot(seeds, settings.horizon),
    learning: learningPlot(seeds, "survival", "steps survived, mean"),
    unique: learningPlot(seeds, "unique_rate", "share of distinct responses"),
    kl: learningPlot(seeds, "kl", "KL, nats a token"),
    value: valuePlot(seeds),
  };
  for (const [name, svg] of Object.entries(plots)) {
    await Deno.writeTextFile(`${out}/${name}.svg`, `${await svg}\n`);
  }
  await Deno.writeTextFile(`${out}/README.md`, markdown(settings, seeds));
}

async function readJson(path: string): Promise<unknown> {
  return JSON.parse(await Deno.readTextFile(path));
}

async function readSeeds(folder: string): Promise<readonly SeedRecord[]> {
  const seeds = new Map<number, SeedRecord>();
  for await (const { name } of Deno.readDir(folder)) {
    if (!/^(seed|ablations)-\d+\.json$/.test(name)) continue;
    const { seed, arms, training } = await readJson(`${folder}/${name}`) as SeedRecord;
    const other = seeds.get(seed);
    seeds.set(seed, {
      seed,
      arms: { ...other?.arms, ...arms },
      training: { ...other?.training, ...training },
    });
  }
  return [...seeds.values()].sort((a, b) => a.seed - b.seed);
}

function markdown(settings: Settings, seeds: readonly SeedRecord[]): string {
  const { agents, trainTurns, testLives, horizon } = settings;
  const list = seeds.map(({ seed }) => seed).join(",");
  return `# Does a policy that is rewarded for surviving learn to write edits that do not kill?

Written by \`deno task learn --seeds ${list}\`; \`deno task learn --report\` makes this page again from
\`data/\`. With the same seed a run is the same, step for step and update for update, unless a deadline
is missed that depends on the machine (a cause \`hang\`, \`memory\` or \`cell\`).

What the figures do not say stands in [NOTES.md](NOTES.md).

Three policies live on real cells: random weights, the shipped pretrained policy, and that policy
trained by REINFORCE on lives really lived: ${agents} agents, ${trainTurns} turns each, lives of at most
${horizon} steps, every life from the first genome and one of ${trainingQueries.length} first queries. Then
${testLives} lives of each of ${agents} agents (${
    agents * testLives
  } lives a policy and seed), without training,
from ${heldOutQueries.length} first queries that training never saw; half of them stand in no corpus.

## Survival

${survivalTable(settings, seeds)}

Median of the steps survived, with its 95 % interval (Brookmeyer–Crowley on log–log bands); "> ${horizon}":
more than half of the lives were alive when they were cut. Mean: the area under the curve up to
${horizon} steps. p: log-rank test of trained against pretrained. Lives that were cut are censored; lives that
the machine ended are left out (${excluded(seeds)} of all).

![Survival curves](survival.svg)

## Harm, edits, value

${conductTable(settings, seeds)}

Harm: deaths by harm per 1,000 steps. Value: the sum of a life's value terms (a method of its own making
that was called and returned, once a name; an attribute read in a later step; a question answered). Unique:
distinct responses expected among ${rarefiedTo} of the test (rarefaction, since who lives longer writes
more); in brackets the mean share within a life of at least ten responses.

![Value against survival](value.svg)

## Of what they die

![Cumulative incidence by cause](causes.svg)

## Learning

${trainingTable(seeds)}

![Learning curves](learning.svg)
![Distinct responses](unique.svg)
![KL](kl.svg)

## What fails, and what must not win

${besides(settings, seeds)}

## Settings

Trainer: the defaults of \`src/trainer/settings.ts\` unless the table of training says otherwise.
Rewards: the defaults of \`src/reward/reward.ts\`. Queries of training:

${trainingQueries.map((query) => `- ${query}`).join("\n")}

Queries of the test:

${heldOutQueries.map((query) => `- ${query}`).join("\n")}
`;
}

function survivalTable(settings: Settings, seeds: readonly SeedRecord[]): string {
  const rows = seeds.map(({ seed, arms }) => {
    const { random, pretrained, trained } = arms;
    const cells = [random, pretrained, trained].flatMap((arm) => {
      if (arm === undefined) return ["–", "–"];
      const summary = summarise(arm, settings.horizon);
      return [median(summary, settings.horizon), summary.restrictedMean.toFixed(1)];
    });
    const compared = pretrained !== undefined && trained !== undefined
      ? [
        ratio(
          summarise(trained, settings.horizon),
          summarise(pretrained, settings.horizon),
          settings,
        ),
        chance(pValue(trained, pretrained)),
      ]
      : ["–", "–"];
    return [String(seed), ...cells, ...compared];
  });
  return table([
    ["seed", "random", "mean", "pretrained", "mean", "trained", "mean", "median ×", "p"],
    ...rows,
  ]);
}

function conductTable(settings: Settings, seeds: readonly SeedRecord[]): string {
  const shown: readonly ArmName[] = ["pretrained", "trained"];
  const rows = seeds.flatMap(({ seed, arms }) =>
    shown.flatMap((name) => {
      const arm = arms[name];
      if (arm === undefined) return [];
      const of = summarise(arm, settings.horizon);
      const within = of.uniqueWithinLife === null ? "–" : of.uniqueWithinLife.toFixed(2);
      return [[
        String(seed),
        name,
        of.harmPerThousand.toFixed(1),
        of.editsPerLife.toFixed(1),
        of.valuePerLife.toFixed(1),
        of.rewardPerLife.toFixed(1),
        `${of.uniqueRate.toFixed(2)} (${within})`,
      ]];
    })
  );
  return table([
    ["seed", "policy", "harm", "edits a life", "value a life", "reward a life", "unique"],
    ...rows,
  ]);
}

function trainingTable(seeds: readonly SeedRecord[]): string {
  const rows = seeds.flatMap(({ seed, training, arms }) =>
    armNames.flatMap((name) => {
      const run = training[name];
      if (run === undefined) return [];
      const other = Object.entries(run.settings).map(([key, value]) => `${key}: ${value}`).join(
        ", ",
      );
      const last = run.versions.slice(-10);
      const mean = (metric: string): string =>
        (last.reduce((sum, { metrics }) => sum + (metrics[metric] ?? 0), 0) /
          Math.max(1, last.length))
          .toFixed(2);
      return [[
        String(seed),
        name + (other === "" ? "" : ` (${other})`),
        String(run.steps),
        String(run.versions.length),
        String(run.deaths),
        mean("unique_rate"),
        mean("entropy"),
        mean("kl"),
        `${run.wallSeconds.toFixed(0)} + ${(arms[name]?.wallSeconds ?? 0).toFixed(0)}`,
        `\`${run.hash.slice(0, 12)}\``,
      ]];
    })
  );
  return `${
    table([
      [
        "seed",
        "training",
        "steps",
        "updates",
        "deaths",
        "unique",
        "entropy",
        "KL",
        "seconds",
        "hash",
      ],
      ...rows,
    ])
  }

Unique rate, entropy and KL: means over the last ten updates. Seconds: training, and its test.`;
}

function besides(settings: Settings, seeds: readonly SeedRecord[]): string {
  const shown: readonly ArmName[] = armNames.filter((name) => name !== "random");
  const rows = seeds
    .filter(({ arms }) => arms["never edits"] !== undefined || arms["no baseline"] !== undefined)
    .flatMap(({ seed, arms }) =>
      shown.flatMap((name) => {
        const arm = arms[name];
        if (arm === undefined) return [];
        const of = summarise(arm, settings.horizon);
        const starved = arm.lives.filter(({ cause }) => cause === "starvation").length;
        return [[
          String(seed),
          name,
          median(of, settings.horizon),
          of.restrictedMean.toFixed(1),
          of.valuePerLife.toFixed(1),
          of.rewardPerLife.toFixed(1),
          of.uniqueRate.toFixed(2),
          `${starved} of ${of.lives}`,
        ]];
      })
    );
  return `${
    table([
      ["seed", "policy", "median", "mean", "value a life", "reward a life", "unique", "starved"],
      ...rows,
    ])
  }

"No baseline" is the same training with the return itself in place of an advantage; "raw rewards":
without symlog too, as the idea was published. "Never edits"
answers every query with \`return 1;\`: it is never killed and is worth nothing beside its survival; where energy is
metered it starves.`;
}

function median({ median, medianInterval: [low, high] }: ArmSummary, horizon: number): string {
  const show = (time: number | null): string => time === null ? `> ${horizon}` : String(time);
  return `${show(median)} (${show(low)} to ${show(high)})`;
}

/** How many times longer; where a median lies beyond the horizon, at least so many times. */
function ratio(trained: ArmSummary, pretrained: ArmSummary, { horizon }: Settings): string {
  const usual = pretrained.median ?? horizon;
  if (usual === 0) return "–";
  return trained.median === null
    ? `> ${(horizon / usual).toFixed(1)}`
    : (trained.median / usual).toFixed(1);
}

function chance(p: number): string {
  return p < 1e-6 ? "< 10⁻⁶" : p.toPrecision(2);
}

function excluded(seeds: readonly SeedRecord[]): number {
  return seeds.flatMap(({ arms }) => Object.values(arms))
    .reduce((sum, { excluded }) => sum + excluded, 0);
}

function table([head = [], ...rows]: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
