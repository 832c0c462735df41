/**
 * Kills all cells of a house at the same moment, and says when each agent lived again:
 *
 *     deno run -q --no-prompt -P=test scripts/die_together.ts [--agents 200]
 *
 * Exits 1 where one died twice, of something else, or the ledger is not sound.
 */
import { parseArgs } from "node:util";
import { dieTogether } from "../tests/e2e/die_together.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: { agents: { type: "string", default: "200" } },
});
const { backMs, findings } = await dieTogether(Number(values.agents));
const at = (share: number): string =>
  (backMs[Math.ceil(share * backMs.length) - 1] ?? NaN).toFixed(0);
console.log(
  `${backMs.length} agents back: first ${at(0.001)} ms, p50 ${at(0.5)} ms, last ${at(1)} ms`,
);
for (const finding of findings) console.log(`finding: ${finding}`);
console.log(`${findings.length} findings`);
if (findings.length > 0) Deno.exit(1);
