/**
 * Kills all cells of a house at the same moment, and says when each agent lived again:
 *
 *     deno run -q --no-prompt -P=test scripts/die_together.ts [--agents 200]
 *
 * Exits 1 where one died twice, of something else, or the ledger is not sound.
 */
import { Command } from "commander";
import { integer } from "../src/cli/options.ts";
import { dieTogether } from "../tests/e2e/die_together.ts";

const options = new Command("die_together")
  .description("Kill all cells of a house at the same moment, and say when each agent lived again.")
  .option("--agents <n>", "how many", integer(1, 1e9), 200)
  .parse(Deno.args, { from: "user" })
  .opts<{ readonly agents: number }>();
const { backMs, findings } = await dieTogether(options.agents);
const at = (share: number): string =>
  (backMs[Math.ceil(share * backMs.length) - 1] ?? NaN).toFixed(0);
console.log(
  `${backMs.length} agents back: first ${at(0.001)} ms, p50 ${at(0.5)} ms, last ${at(1)} ms`,
);
for (const finding of findings) console.log(`finding: ${finding}`);
console.log(`${findings.length} findings`);
if (findings.length > 0) Deno.exit(1);
