import { Command, Option } from "commander";
import { type Profile, profiles } from "../../cell/mod.ts";
import { printable } from "../../core/text.ts";
import { difference, type Survival, survivalOf } from "../eval/survival.ts";
import { runTrial, type Trial } from "../eval/trial.ts";
import { integer, integers } from "../options.ts";
import { progressOf } from "../progress.ts";
import type { Terminal } from "../terminal.ts";
import { figure, percent, signed } from "../words/forms.ts";
import { tableOf } from "../words/table.ts";
import { examples } from "./reading.ts";

interface EvalOptions {
  readonly llm: readonly string[];
  readonly seeds: readonly number[];
  readonly agents: number;
  readonly steps: number;
  readonly horizon: number;
  readonly profile: Profile;
  readonly checkpoint?: string;
  readonly keep?: string;
  readonly json?: boolean;
}

/** Lives of one policy: of one seed, or of all. */
interface Result extends Survival {
  readonly spec: string;
  /** Null: all seeds together. */
  readonly seed: number | null;
  readonly harmPer1000Steps: number;
  readonly edits: number;
  readonly reward: number;
}

/** `eval`: how long do lives last with a policy? */
export function evalCommand(terminal: Terminal): Command {
  return new Command("eval")
    .description("How long lives last with a policy, and of what they end.")
    .option(
      "--llm <specs...>",
      "as run's, or policy:FILE[@N]: version N beside a database; several are compared",
      ["policy"],
    )
    .option("--seeds <list>", "one run for each, like 1,2,5-8", integers(0, 0xffffffff), [1, 2, 3])
    .option("--agents <n>", "agents of each run", integer(1, 1000), 4)
    .option("--steps <n>", "turns of each agent", integer(1, 1e6), 100)
    .option("--horizon <n>", "steps after which a life is cut", integer(1, 1e6), 100)
    .option("--checkpoint <dir>", "instead of the shipped one")
    .addOption(
      new Option("--profile <name>", "how hard a cell is locked").choices([...profiles])
        .default("strict"),
    )
    .option("--keep <dir>", "leave the databases there")
    .option("--json", "figures as JSON")
    .addHelpText(
      "after",
      examples(
        "eval --seeds 1-5 --steps 200",
        "eval --llm random policy policy:garden.db --json",
      ),
    )
    .action((options: EvalOptions) => evaluate(options, terminal));
}

async function evaluate(options: EvalOptions, terminal: Terminal): Promise<void> {
  const { llm: specs, seeds, agents, steps } = options;
  const trials: Trial[] = [];
  let turns = 0;
  {
    using progress = progressOf(terminal, "turns", specs.length * seeds.length * agents * steps);
    for (const spec of specs) {
      for (const seed of seeds) {
        trials.push(
          await runTrial({
            ...options,
            spec,
            seed,
            onTurn: () => progress.at(++turns),
            onTrouble: (line) => terminal.err(`trouble: ${printable(line, 500)}`),
          }),
        );
      }
    }
  }
  const bySpec = Map.groupBy(trials, ({ spec }) => spec);
  const results = [...bySpec].flatMap(([spec, of]) => [
    ...of.map((trial) => resultOf(spec, trial.seed, [trial])),
    ...(of.length > 1 ? [resultOf(spec, null, of)] : []),
  ]);
  const compared = difference(
    [...bySpec.values()].map((of) => of.flatMap(({ lives }) => lives)),
  );
  const logRank = compared === null ? null : {
    chiSquare: compared.chiSquare,
    degreesOfFreedom: compared.degreesOfFreedom,
    p: compared.pValue,
  };
  if (options.json) return terminal.out(JSON.stringify({ results, logRank }, null, 2));
  terminal.out(resultsTable(results, terminal));
  terminal.out(
    "MEDIAN: steps survived, by Kaplan–Meier; lives that were cut or ended by others are censored.",
  );
  if (logRank === null) return;
  const { chiSquare, degreesOfFreedom: df, p } = logRank;
  const verdict = p < 0.05 ? "they differ" : "no difference is shown";
  terminal.out(`log-rank: χ² ${figure(chiSquare)}, ${df} df, p ${p.toPrecision(2)}: ${verdict}`);
}

function resultOf(spec: string, seed: number | null, trials: readonly Trial[]): Result {
  const sum = (of: (trial: Trial) => number): number =>
    trials.reduce((total, trial) => total + of(trial), 0);
  const survival = survivalOf(trials.flatMap(({ lives }) => lives));
  return {
    spec,
    seed,
    ...survival,
    harmPer1000Steps: 1000 * sum(({ harms }) => harms) / Math.max(1, survival.steps),
    edits: sum(({ edits }) => edits),
    reward: sum(({ reward }) => reward),
  };
}

function resultsTable(results: readonly Result[], terminal: Terminal): string {
  return tableOf(results, [
    { head: "POLICY", of: ({ spec }) => printable(spec, 60), shrinks: true },
    { head: "SEED", of: ({ seed }) => seed === null ? "all" : String(seed), align: "right" },
    { head: "LIVES", of: ({ lives }) => String(lives), align: "right" },
    { head: "STEPS", of: ({ steps }) => String(steps), align: "right" },
    { head: "MEDIAN", of: medianText, align: "right" },
    { head: "PAST 50", of: (result) => shareText(result, 50), align: "right" },
    { head: "EDITS", of: ({ edits }) => String(edits), align: "right" },
    { head: "HARM/1000", of: ({ harmPer1000Steps: rate }) => rate.toFixed(1), align: "right" },
    { head: "REWARD", of: ({ reward }) => signed(Math.round(reward)), align: "right" },
    {
      head: "CAUSES",
      of: ({ causes }) => causes.map(({ cause, deaths }) => `${deaths} ${cause}`).join(", "),
      shrinks: true,
    },
  ], terminal);
}

function medianText({ median, interval: { lower, upper } }: Survival): string {
  const text = (value: number | null): string => value === null ? "–" : String(value);
  return `${text(median)} [${text(lower)}, ${text(upper)}]`;
}

function shareText({ outlasting }: Survival, age: number): string {
  const share = outlasting.find(({ steps }) => steps === age)?.share ?? null;
  return share === null ? "–" : percent(share);
}
