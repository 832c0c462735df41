// A process that commits steps in a loop, and says so only after each commit: for kill_test.ts.

import { openStore } from "../../src/store/mod.ts";
import { agentRow, first, genomeRow, lifeRow, stepRow } from "./support.ts";

const store = openStore(Deno.args[0] ?? "");
const encoder = new TextEncoder();
store.commit({ genomes: [first], agents: [agentRow("ada")], lives: [lifeRow("ada", 1)] });
for (let step = 1;; step++) {
  const genome = genomeRow({ step });
  store.commit({
    genomes: [genome],
    agents: [agentRow("ada", { life: 1, steps: step, genome: genome.hash })],
    lives: [lifeRow("ada", 1, { steps: step, reward: step })],
    steps: [stepRow("ada", 1, step, { genome: genome.hash, prints: ["x".repeat(2000)] })],
    events: [{ kind: "step.committed", agent: "ada", life: 1, step, data: {} }],
  });
  const letter = store.accept({ to: "ada", from: "bob", kind: "tell", body: step, atMs: 0 });
  Deno.stdout.writeSync(encoder.encode(`${step} ${letter.id}\n`));
}
