/**
 * Runs a corpus of attacks through the real cell, with canaries outside, and says of each what
 * happened: `deno task escapes --corpus FILE --profile strict|fast|portable --only ID --json`.
 * Exits 1 on a breach, on a fate that nobody expected or explained, or when the supervisor stood still for
 * longer than half a second.
 */
import { Command, InvalidArgumentError, Option } from "commander";
import {
  detectLayers,
  layerNames,
  type Layers,
  type Profile,
  profiles,
  withoutLayers,
} from "../src/cell/sandbox/mod.ts";
import { printable } from "../src/core/text.ts";
import { ablate } from "./escapes/ablate.ts";
import { parseCorpus, parseExplanations } from "./escapes/corpus.ts";
import { type Row, runAttacks } from "./escapes/run.ts";
import { soak } from "./escapes/soak.ts";
import {
  differencesOf,
  explanationsOf,
  lineOf,
  soakLines,
  summaryOf,
  tableOf,
} from "./escapes/table.ts";
import { longestStallMs } from "./escapes/watch.ts";

interface Flags {
  readonly corpus: string;
  readonly explanations: string;
  readonly profile: Profile;
  readonly only?: readonly string[];
  readonly without: readonly (typeof layerNames[number])[];
  readonly naked?: true;
  readonly ablate?: true;
  readonly soak?: number;
  readonly seed: number;
  readonly runs: number;
  readonly json?: true;
}

/** A number of runs. */
function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 100) return value;
  throw new InvalidArgumentError("it must be a whole number from 1 to 100");
}

/** A number of minutes. */
function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 24 * 60) return value;
  throw new InvalidArgumentError("it must be a number of minutes, above 0 and at most 1440");
}

const root = new URL("../", import.meta.url).pathname;
const corpusFolder = `${root}tests/escapes`;

const program = new Command("escapes")
  .description("Attack the real cell, with canaries outside")
  .option("--corpus <file>", "JSON Lines, a row an attack", `${corpusFolder}/escapes.jsonl`)
  .option("--explanations <file>", "why this house differs", `${corpusFolder}/explained.json`)
  .addOption(
    new Option("--profile <name>", "how the cells are locked").choices(profiles).default("strict"),
  )
  .option("--only <ids...>", "only these attacks, or those of these categories")
  .addOption(
    new Option("--without <layers...>", "take layers away").choices(layerNames).default([]),
  )
  .option("--naked", "attack a plain Worker, to see what the layers around it hold alone")
  .option("--ablate", "take walls out of a copy of the sources: is every attack on them seen?")
  .option("--soak <minutes>", "16 agents attack, in a random order, beside 16 that work", positive)
  .option("--seed <number>", "of the order in a soak", Number, 1)
  .option("--runs <count>", "run everything so often: is the table the same?", count, 1)
  .option("--json", "one JSON document instead of lines and a table")
  .parse(Deno.args, { from: "user" });
const flags = program.opts<Flags>();

const found = await detectLayers();
const none = withoutLayers("taken away by --without");
const layers = flags.without.reduce<Layers>((l, name) => ({ ...l, [name]: none[name] }), found);
const say = (line: string): void => {
  if (flags.json === undefined) console.log(line);
};

const { only } = flags;
const attacks = parseCorpus(await Deno.readTextFile(flags.corpus))
  .filter(({ id, category }) => only === undefined || only.includes(id) || only.includes(category));
if (attacks.length === 0) program.error("error: no attack has such an id or category");
if (flags.ablate) {
  let missed = 0;
  for await (const { wall, id, seen, text } of ablate(root, attacks)) {
    if (!seen) missed++;
    const line = `${seen ? "seen" : "MISSED"}`.padEnd(8) + id.padEnd(10) + wall.name.padEnd(20);
    console.log(line + printable(text, 100));
  }
  Deno.exit(missed > 0 ? 1 : 0);
}
const explanations = parseExplanations(await Deno.readTextFile(flags.explanations));

say(`profile ${flags.profile}`);
if (flags.profile === "portable") say("no layer of the operating system is used");
else for (const name of layerNames) say(layers[name].statement);

const dist = await Deno.realPath(`${root}workers/dist`);
const { profile, naked = false } = flags;
if (flags.soak !== undefined) {
  const { soak: minutes, seed } = flags;
  const report = await soak({ attacks, explanations, profile, layers, dist, minutes, seed, say });
  console.log(flags.json ? JSON.stringify({ profile, layers, ...report }) : soakLines(report));
  Deno.exit(report.findings.length > 0 ? 1 : 0);
}
const options = { attacks, explanations, profile, layers, dist, naked };
const runs: Row[][] = [];
let failed = false;
for (let run = 1; run <= flags.runs; run++) {
  if (flags.runs > 1) say(`run ${run} of ${flags.runs}`);
  const start = performance.now();
  const rows: Row[] = [];
  for await (const row of runAttacks(options)) {
    rows.push(row);
    say(lineOf(row));
  }
  runs.push(rows);
  const summary = summaryOf(rows);
  const seconds = Math.round((performance.now() - start) / 1000);
  if (flags.json) console.log(JSON.stringify({ profile, layers, summary, seconds, rows }));
  else console.log(`${explanationsOf(rows, explanations)}\n${tableOf(rows)}`);
  say(`profile ${profile}, ${seconds} s`);
  const stalled = summary.longestStallMs > longestStallMs;
  if (stalled) console.error(`the supervisor stood still for ${summary.longestStallMs} ms`);
  failed ||= stalled || summary.breaches + summary.unexpected > 0;
}
const differences = differencesOf(runs);
if (runs.length > 1) {
  say(differences.length === 0 ? `the ${runs.length} runs are the same` : differences.join("\n"));
}
Deno.exit(failed || differences.length > 0 ? 1 : 0);
