/**
 * Lets a house live for long with a death a second, of all causes, and says whether it stays as it was:
 *
 *     deno run -q --no-prompt -P=test scripts/soak.ts [--minutes 60] [--every 60] [--seed 1] [--keep DIR]
 *
 * Prints a line each minute, and at the end how memory, file descriptors and step time moved in an hour, with
 * 95 % intervals (the first tenth, in which a process warms up, left out). Exits 1 where a death is not in the
 * ledger once with its right cause, doctor finds something, or a process is left.
 */
import { Command } from "commander";
import { integer } from "../src/cli/options.ts";
import { slopeOf } from "./soak/slope.ts";
import { type Sample, soak } from "./soak/soak.ts";

const options = new Command("soak")
  .description(
    "Let a house live for long with a death a second, and say whether it stays as it was.",
  )
  .option("--minutes <n>", "how long", integer(1, 1e9), 60)
  .option("--every <seconds>", "from one line to the next", integer(1, 1e9), 60)
  .option("--seed <n>", "of the deaths", integer(0, 1e9), 1)
  .option("--keep <dir>", "keep the database there")
  .parse(Deno.args, { from: "user" })
  .opts<
    {
      readonly minutes: number;
      readonly every: number;
      readonly seed: number;
      readonly keep?: string;
    }
  >();

const report = await soak({
  minutes: options.minutes,
  everySeconds: options.every,
  seed: options.seed,
  ...(options.keep === undefined ? {} : { keep: options.keep }),
  onSample: (sample) => console.log(lineOf(sample)),
});

const warm = report.samples.filter(({ minute }) => minute > options.minutes / 10);
const hours = warm.map(({ minute }) => minute / 60);
const figures = [
  ["rssMb", "MB resident"],
  ["pssMb", "MB PSS"],
  ["files", "file descriptors"],
  ["processes", "processes"],
  ["p50Ms", "ms a step, p50"],
  ["p99Ms", "ms a step, p99"],
] as const;
for (const [figure, unit] of figures) {
  const of = warm.map((sample) => sample[figure]);
  const range = `${Math.min(...of).toFixed(1)} to ${Math.max(...of).toFixed(1)}`;
  if (warm.length < 3) continue;
  const { slope, plusMinus } = slopeOf(hours, of);
  console.log(`${unit}: ${slope.toFixed(2)} ± ${plusMinus.toFixed(2)} an hour (${range})`);
}
console.log(`${report.lethal} lethal responses, ${report.deaths} deaths in the ledger`);
console.log(Object.entries(report.causes).map(([cause, count]) => `${cause} ${count}`).join(", "));
for (const finding of report.findings) console.log(`finding: ${finding}`);
console.log(`${report.findings.length} findings`);
if (report.findings.length > 0) Deno.exit(1);

function lineOf(sample: Sample): string {
  const { minute, rssMb, pssMb, files, processes, steps, p50Ms, p99Ms, lethal } = sample;
  return `minute ${minute.toFixed(1)}: ${rssMb.toFixed(0)} MB resident, ${
    pssMb.toFixed(0)
  } MB PSS, \
${files} files, ${processes} processes; ${steps} steps, p50 ${p50Ms.toFixed(1)} ms, \
p99 ${p99Ms.toFixed(1)} ms; ${lethal} lethal`;
}
