/**
 * Lets real cells of a house under load fail, one after the other, and says what the house made of it:
 *
 *     deno run -q --no-prompt -P=test scripts/cell_failures.ts [--kinds signals|mixed] [--failures 1000]
 *         [--agents 12] [--every 250] [--think 50] [--deadline 4000]
 *         [--rest 100] [--seed 1]
 *
 * `signals`: SIGKILL, SIGSTOP and SIGTERM from outside. `mixed`: these, and every response that kills. Exits 1
 * where a failure is not one death of its cause and owner, someone does not answer, or a process is left.
 */
import { Command } from "commander";
import { integer } from "../src/cli/options.ts";
import { failCells, responses, signals } from "../tests/e2e/cell_failures.ts";

const options = new Command("cell_failures")
  .description("Let real cells of a house under load fail, and say what the house made of it.")
  .option("--kinds <kinds>", "signals or mixed", "signals")
  .option("--failures <n>", "how many", integer(1, 1e9), 1000)
  .option("--agents <n>", "how many live", integer(1, 1e9), 12)
  .option("--every <ms>", "from one failure to the next", integer(1, 1e9), 250)
  .option("--think <ms>", "what the model takes", integer(0, 1e9), 50)
  .option("--deadline <ms>", "of a step", integer(1, 1e9), 4000)
  .option("--rest <n>", "failures from one look at all agents to the next", integer(1, 1e9), 100)
  .option("--seed <n>", "of the order", integer(0, 1e9), 1)
  .parse(Deno.args, { from: "user" })
  .opts<
    {
      readonly kinds: string;
      readonly failures: number;
      readonly agents: number;
      readonly every: number;
      readonly think: number;
      readonly deadline: number;
      readonly rest: number;
      readonly seed: number;
    }
  >();

function spread(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.ceil(share * sorted.length) - 1] ?? NaN).toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, of ${values.length}`;
}

const report = await failCells({
  agents: options.agents,
  failures: options.failures,
  everyMs: options.every,
  thinkMs: options.think,
  stepMs: options.deadline,
  restEvery: options.rest,
  seed: options.seed,
  kinds: options.kinds === "mixed" ? [...signals, ...responses] : signals,
  onRest: (line) => console.error(line),
});
const { failures, steps, answered, stepMs, foundMs, findings } = report;
console.log(
  `${failures} failures, ${steps} steps, ${answered} agents answer (seed ${options.seed})`,
);
for (const [name, times] of Object.entries(foundMs)) {
  console.log(`found after ${name}: ${spread(times)}`);
}
console.log(`step while none fails: ${spread(stepMs.undisturbed)}`);
console.log(`step while some fail:  ${spread(stepMs.disturbed)}`);
for (const finding of findings) console.log(`finding: ${finding}`);
console.log(`${findings.length} findings`);
if (findings.length > 0) Deno.exit(1);
