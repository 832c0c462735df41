/**
 * Floods an agent of a real house with tells, and says what came of them and of the house's memory:
 *
 *     deno run -q --no-prompt -P=test scripts/flood.ts [--tells 1000000] [--overflow dropHead]
 *
 * A million take minutes. Exits 1 where a letter is not accounted for, or the ledger is not sound.
 */
import { Command } from "commander";
import { integer } from "../src/cli/options.ts";
import { flood, type FloodOptions } from "../tests/e2e/flood.ts";

const options = new Command("flood")
  .description("Flood an agent of a real house with tells, and say what came of them.")
  .option("--tells <n>", "how many", integer(1, 1e9), 1000000)
  .option("--overflow <rule>", "what a full mailbox does", "dropHead")
  .parse(Deno.args, { from: "user" })
  .opts<{ readonly tells: number; readonly overflow: string }>();
const overflow = options.overflow as FloodOptions["overflow"];
const { memory, handled, refused, dropped, left, most, tookMs, findings } = await flood({
  tells: options.tells,
  overflow,
});
const megabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);
for (const [tenth, { rssBytes, heapBytes }] of memory.entries()) {
  console.log(
    `${tenth + 1}/10: ${megabytes(rssBytes)} MB resident, heap ${megabytes(heapBytes)} MB`,
  );
}
console.log(
  `${options.tells} tells in ${
    (tookMs / 1000).toFixed(1)
  } s: ${handled} handled, ${refused} refused, ` +
    `${dropped} dead letters, ${left} left; ${most} in the mailbox at most`,
);
for (const finding of findings) console.log(`finding: ${finding}`);
console.log(`${findings.length} findings`);
if (findings.length > 0) Deno.exit(1);
