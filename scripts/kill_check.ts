/**
 * Kills a house at work again and again (SIGKILL), and says what was lost:
 *
 *     deno run -q --no-prompt -P=test scripts/kill_check.ts [--kills 200] [--seconds 550] [--seed 1]
 *
 * Exits 1 where anything acknowledged was lost or came twice, a chain is broken, or a cell was left.
 */
import { Command } from "commander";
import { integer } from "../src/cli/options.ts";
import { killAgainAndAgain } from "../tests/e2e/kills.ts";

const options = new Command("kill_check")
  .description("Kill a house at work again and again, and say what was lost.")
  .option("--kills <n>", "how often", integer(1, 1e9), 200)
  .option("--seconds <n>", "no longer than this", integer(1, 1e9), 550)
  .option("--seed <n>", "of the moments", integer(0, 1e9), 1)
  .parse(Deno.args, { from: "user" })
  .opts<{ readonly kills: number; readonly seconds: number; readonly seed: number }>();

function spread(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? NaN;
  return `p50 ${at(0.5).toFixed(0)} ms, p99 ${at(0.99).toFixed(0)} ms, at most ${
    at(1).toFixed(0)
  } ms`;
}

const report = await killAgainAndAgain({
  kills: options.kills,
  seed: options.seed,
  withinMs: 1000 * options.seconds,
  onKill: (line) => console.error(line),
});
const { steps, deaths, messages, rewards } = report.acknowledged;
console.log(`${report.kills} kills; acknowledged before them: ${steps} steps, ${deaths} deaths, \
${messages} messages, ${rewards} rewards`);
console.log(`cells gone after a kill: ${spread(report.cellsGoneMs)}`);
console.log(`stepping after a start: ${spread(report.steppingMs)}`);
for (const finding of report.findings) console.log(`finding: ${finding}`);
console.log(`${report.findings.length} findings`);
if (report.findings.length > 0) Deno.exit(1);
