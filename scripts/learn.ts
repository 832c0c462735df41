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
import { test, train } from "./learn/arms.ts";
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

/** Runs everything of one seed. The extra arms are run for some seeds only. */
async function runSeed(
  seed: number,
  settings: Settings,
  scratch: string,
  extra: boolean,
): Promise<SeedRecord> {
  const arms: Partial<Record<ArmName, ArmRecord>> = {};
  const training: Partial<Record<ArmName, TrainingRecord>> = {};
  const folder = await Deno.makeTempDir({ dir: scratch, prefix: `seed-${seed}-` });
  const tested = async (
    arm: ArmName,
    options: Omit<Parameters<typeof test>[1], "seed" | "folder">,
  ) => {
    say(seed, `testing: ${arm}`);
    const result = await test(settings, { seed, folder: `${folder}/${fileName(arm)}`, ...options });
    arms[arm] = result;
    const steps = result.lives.reduce((sum, life) => sum + life.steps, 0);
    say(
      seed,
      `${arm}: ${result.lives.length} lives, ${steps} steps, ${result.wallSeconds.toFixed(0)} s`,
    );
  };
  const trained = async (arm: ArmName, trainer: TrainingRecord["settings"]): Promise<string> => {
    say(seed, `training: ${arm}`);
    const db = `${folder}/${fileName(arm)}.db`;
    const result = await train(settings, { seed, db, trainer });
    training[arm] = result;
    const { steps, deaths, versions, wallSeconds } = result;
    say(
      seed,
      `${arm}: ${steps} steps, ${deaths} deaths, ${versions.length} updates, ${
        wallSeconds.toFixed(0)
      } s`,
    );
    return db;
  };
  const never = `${folder}/never_edits.jsonl`;
  const line = `${JSON.stringify({ response: "return 1;" })}\n`;
  await Deno.writeTextFile(never, line.repeat(settings.agents * settings.horizon));

  await tested("random", { llm: "random" });
  await tested("pretrained", { llm: "policy" });
  const trainedIn = await trained("trained", {});
  await tested("trained", { llm: "policy", trainedIn });
  if (extra) {
    await tested("never edits", { llm: `scripted:${never}`, lives: 1 });
    await tested("never edits, energy metered", { llm: `scripted:${never}`, lives: 1, energy: {} });
    await tested("trained, energy metered", { llm: "policy", trainedIn, lives: 2, energy: {} });
    const ablated = await trained("no baseline", { baseline: "none" });
    await tested("no baseline", { llm: "policy", trainedIn: ablated });
  }
  await Deno.remove(folder, { recursive: true });
  return { seed, arms, training };
}

/** A name as part of a path. */
function fileName(name: string): string {
  return name.replaceAll(/[^a-z]+/g, "_");
}

function say(seed: number, line: string): void {
  console.error(`${new Date().toISOString().slice(11, 19)} seed ${seed} ${line}`);
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

if (import.meta.main) {
  const options = new Command("learn")
    .description("Random, pretrained and trained policies on real cells, and a report.")
    .option("--seeds <list>", "seeds of the experiment", numbers, [1, 2, 3, 4, 5])
    .option("--ablations <number>", "how many of the seeds also run the arms beside", Number, 2)
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
    for (const [index, seed] of seeds.entries()) {
      const path = `${out}/data/seed-${seed}.json`;
      if (await exists(path)) {
        say(seed, "is there already");
        continue;
      }
      const record = await runSeed(seed, settings, scratch, index < options.ablations);
      await Deno.writeTextFile(path, `${JSON.stringify(record)}\n`);
    }
  }
  await writeReport(out);
}
