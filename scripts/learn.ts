/**
 * The experiment: does a policy that is rewarded for surviving learn to write edits that do not kill?
 *
 *     deno task learn
 *
 * For each seed, on real cells: random weights, the pretrained policy, the same policy trained by
 * REINFORCE on lives really lived, and beside them the training without a baseline and an agent that
 * never edits. Then the same number of lives of each policy from held-out first queries. What was
 * measured is kept, seed by seed, as JSON in the output folder; the report is made of that alone, so
 * `--report` makes it again without a run. A seed that is there already is not run again.
 */
import { Command, InvalidArgumentError } from "commander";
import { test, type TestOptions, train } from "./learn/arms.ts";
import type { ArmName, ArmRecord, SeedRecord, TrainingRecord } from "./learn/record.ts";
import { writeReport } from "./learn/report.ts";
import { type Settings, settingsSchema } from "./learn/settings.ts";

interface Options {
  readonly seeds: readonly number[];
  readonly ablations: number;
  readonly out: string;
  readonly scratch: string;
  readonly report?: true;
  readonly agents?: number;
  readonly turns?: number;
  readonly lives?: number;
}

function numbers(text: string): number[] {
  const list = text.split(",").map(Number);
  if (list.every((each) => Number.isInteger(each) && each >= 0)) return list;
  throw new InvalidArgumentError("It must be integers, with commas between them.");
}

function count(text: string): number {
  const [value, ...rest] = numbers(text);
  if (value !== undefined && value > 0 && rest.length === 0) return value;
  throw new InvalidArgumentError("It must be an integer above 0.");
}

/** Trainings beside the one that is defended: what they leave out is their name. */
const ablations = {
  "no baseline": { baseline: "none" },
  "no baseline, raw rewards": { baseline: "none", rewardTransform: "none" },
} as const satisfies Partial<Record<ArmName, TrainingRecord["settings"]>>;

/** Runs of one seed, one after the other, in a folder that is deleted in the end. */
class SeedRun {
  readonly #arms: Partial<Record<ArmName, ArmRecord>> = {};
  readonly #training: Partial<Record<ArmName, TrainingRecord>> = {};

  constructor(
    readonly seed: number,
    readonly settings: Settings,
    readonly folder: string,
  ) {}

  get record(): SeedRecord {
    return { seed: this.seed, arms: this.#arms, training: this.#training };
  }

  async test(arm: ArmName, options: Omit<TestOptions, "seed" | "folder">): Promise<void> {
    const { seed } = this;
    this.#say(`testing: ${arm}`);
    const folder = `${this.folder}/${fileName(arm)}`;
    const record = await test(this.settings, { seed, folder, ...options });
    this.#arms[arm] = record;
    const steps = record.lives.reduce((sum, life) => sum + life.steps, 0);
    this.#say(`${arm}: ${record.lives.length} lives, ${steps} steps, ${seconds(record)}`);
  }

  /** @returns its database */
  async train(arm: ArmName, trainer: TrainingRecord["settings"]): Promise<string> {
    this.#say(`training: ${arm}`);
    const db = `${this.folder}/${fileName(arm)}.db`;
    const record = await train(this.settings, { seed: this.seed, db, trainer });
    this.#training[arm] = record;
    const { steps, deaths, versions } = record;
    this.#say(
      `${arm}: ${steps} steps, ${deaths} deaths, ${versions.length} updates, ${seconds(record)}`,
    );
    return db;
  }

  #say(line: string): void {
    console.error(`${new Date().toISOString().slice(11, 19)} seed ${this.seed} ${line}`);
  }
}

/** The three policies of the claim; for some seeds also an agent that never edits, and metered energy. */
async function compare(run: SeedRun, extra: boolean): Promise<void> {
  await run.test("random", { llm: "random" });
  await run.test("pretrained", { llm: "policy" });
  const trainedIn = await run.train("trained", {});
  await run.test("trained", { llm: "policy", trainedIn });
  if (!extra) return;
  const { agents, horizon } = run.settings;
  const never = `${run.folder}/never_edits.jsonl`;
  const line = `${JSON.stringify({ response: "return 1;" })}\n`;
  await Deno.writeTextFile(never, line.repeat(agents * horizon));
  await run.test("never edits", { llm: `scripted:${never}`, lives: 1 });
  await run.test("never edits, energy metered", { llm: `scripted:${never}`, lives: 1, energy: {} });
  await run.test("trained, energy metered", { llm: "policy", trainedIn, lives: 2, energy: {} });
}

/** The trainings that leave something out. */
async function ablate(run: SeedRun): Promise<void> {
  for (const arm of Object.keys(ablations) as (keyof typeof ablations)[]) {
    const trainedIn = await run.train(arm, ablations[arm]);
    await run.test(arm, { llm: "policy", trainedIn });
  }
}

function seconds({ wallSeconds }: { readonly wallSeconds: number }): string {
  return `${wallSeconds.toFixed(0)} s`;
}

/** A name as part of a path. */
function fileName(name: string): string {
  return name.replaceAll(/[^a-z]+/g, "_");
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

if (import.meta.main) {
  const options = new Command("learn")
    .description("Random, pretrained and trained policies on real cells, and a report.")
    .option("--seeds <list>", "seeds of the experiment", numbers, [1, 2, 3, 4, 5])
    .option(
      "--ablations <number>",
      "how many of the seeds also run what is left out and what never edits",
      Number,
      1,
    )
    .option("--agents <number>", "agents side by side", count)
    .option("--turns <number>", "turns of each agent in training", count)
    .option("--lives <number>", "lives of each agent in the test", count)
    .option("--out <folder>", "data, plots and report", "docs/learning")
    .option("--scratch <folder>", "databases, deleted as each seed ends", ".vivarium")
    .option("--report", "only write the report of what is there")
    .parse(Deno.args, { from: "user" })
    .opts<Options>();
  const { seeds, out, scratch, agents, turns, lives } = options;
  const settings = settingsSchema.parse({
    ...(agents === undefined ? {} : { agents }),
    ...(turns === undefined ? {} : { trainTurns: turns }),
    ...(lives === undefined ? {} : { testLives: lives }),
  });
  await Deno.mkdir(`${out}/data`, { recursive: true });
  await Deno.mkdir(scratch, { recursive: true });
  if (options.report === undefined) {
    await Deno.writeTextFile(`${out}/data/settings.json`, `${JSON.stringify(settings, null, 2)}\n`);
    const once = async (name: string, seed: number, task: (run: SeedRun) => Promise<void>) => {
      const path = `${out}/data/${name}-${seed}.json`;
      if (await exists(path)) return console.error(`${path} is there already`);
      const folder = await Deno.makeTempDir({ dir: scratch, prefix: `${name}-${seed}-` });
      const run = new SeedRun(seed, settings, folder);
      try {
        await task(run);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
      await Deno.writeTextFile(path, `${JSON.stringify(run.record)}\n`);
    };
    const extra = seeds.slice(0, options.ablations);
    for (const seed of seeds) await once("seed", seed, (run) => compare(run, extra.includes(seed)));
    for (const seed of extra) await once("ablations", seed, ablate);
  }
  await writeReport(out);
}
