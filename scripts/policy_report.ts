/**
 * Measures a policy: lets agents live in real cells on what it writes, without learning, and says what share
 * of responses parses, what share lives, and of what the others die.
 *
 *     deno run -A scripts/policy_report.ts --checkpoint assets/policy --agents 16 --steps 16
 */
import { Command } from "commander";
import { seededRandom, seedFrom } from "../src/core/random.ts";
import { readCheckpoint } from "../src/policy/checkpoint/mod.ts";
import { initParameters, LlamaSampler } from "../src/policy/llama/mod.ts";
import { firstQueries } from "../src/policy/queries.ts";
import { startCells, Trial } from "./corpus/living.ts";
import { parses } from "./corpus/validity.ts";

/** How a policy is measured. */
export interface ReportOptions {
  readonly checkpoint: string;
  readonly agents: number;
  readonly steps: number;
  readonly seed: number;
  /** Random weights instead of the checkpoint's. */
  readonly random?: boolean;
}

/** What a policy is worth. */
export interface Report {
  readonly responses: number;
  readonly parse: number;
  readonly live: number;
  readonly unique: number;
  /** Deaths by cause, most frequent first. */
  readonly deaths: Readonly<Record<string, number>>;
}

/** Measures a policy in real cells. */
export async function measure(options: ReportOptions): Promise<Report> {
  const { checkpoint, agents, steps, seed } = options;
  const { config, tokenizer, parameters } = await readCheckpoint(checkpoint);
  const weights = options.random ? initParameters(config, seededRandom(seed)) : parameters;
  const [promptLength, maxTokens] = [96, 96];
  const sampler = await LlamaSampler.create(config, weights, { promptLength, maxTokens });
  const cells = startCells(2);
  const random = seededRandom(seedFrom("report", seed));
  const trials = Array.from(
    { length: agents },
    (_, index) => new Trial(cells, firstQueries[index % firstQueries.length] ?? ""),
  );
  const responses: string[] = [];
  const deaths = new Map<string, number>();
  for (let step = 0; step < steps; step++) {
    const samples = await sampler.sample(
      trials.map(({ query }) => ({
        promptIds: tokenizer.prompt(query, promptLength),
        uniforms: Float32Array.from({ length: maxTokens }, () => random.next()),
        temperature: 1,
      })),
      tokenizer.special.eos,
    );
    for (const [index, { ids }] of samples.entries()) {
      const response = tokenizer.decode(ids);
      responses.push(response);
      const { label } = await trials[index]!.live(response);
      if (label !== "ok") deaths.set(label, (deaths.get(label) ?? 0) + 1);
    }
  }
  for (const trial of trials) trial.end();
  await cells.close();
  await sampler.dispose();
  const total = responses.length;
  const dead = [...deaths.values()].reduce((sum, count) => sum + count, 0);
  return {
    responses: total,
    parse: responses.filter(parses).length / total,
    live: 1 - dead / total,
    unique: new Set(responses).size / total,
    deaths: Object.fromEntries([...deaths].sort((a, b) => b[1] - a[1])),
  };
}

if (import.meta.main) {
  const options = new Command("policy_report")
    .option("--checkpoint <folder>", "which", "assets/policy")
    .option("--agents <number>", "side by side", Number, 12)
    .option("--steps <number>", "of each", Number, 16)
    .option("--seed <number>", "of sampling", Number, 1)
    .option("--random", "random weights instead")
    .parse(Deno.args, { from: "user" })
    .opts<ReportOptions>();
  console.log(JSON.stringify(await measure(options), null, 2));
}
