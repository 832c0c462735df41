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
import { parseArgs } from "node:util";
import { failCells, responses, signals } from "../tests/e2e/cell_failures.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    kinds: { type: "string", default: "signals" },
    failures: { type: "string", default: "1000" },
    agents: { type: "string", default: "12" },
    every: { type: "string", default: "250" },
    think: { type: "string", default: "50" },
    deadline: { type: "string", default: "4000" },
    rest: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
  },
});

function spread(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): string =>
    (sorted[Math.ceil(share * sorted.length) - 1] ?? NaN).toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, of ${values.length}`;
}

const report = await failCells({
  agents: Number(values.agents),
  failures: Number(values.failures),
  everyMs: Number(values.every),
  thinkMs: Number(values.think),
  stepMs: Number(values.deadline),
  restEvery: Number(values.rest),
  seed: Number(values.seed),
  kinds: values.kinds === "mixed" ? [...signals, ...responses] : signals,
  onRest: (line) => console.error(line),
});
const { failures, steps, answered, stepMs, foundMs, findings } = report;
console.log(
  `${failures} failures, ${steps} steps, ${answered} agents answer (seed ${values.seed})`,
);
for (const [name, times] of Object.entries(foundMs)) {
  console.log(`found after ${name}: ${spread(times)}`);
}
console.log(`step while none fails: ${spread(stepMs.undisturbed)}`);
console.log(`step while some fail:  ${spread(stepMs.disturbed)}`);
for (const finding of findings) console.log(`finding: ${finding}`);
console.log(`${findings.length} findings`);
if (findings.length > 0) Deno.exit(1);
