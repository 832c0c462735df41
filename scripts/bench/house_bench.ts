/**
 * What one step costs, by parts, without a model: `deno task bench:parts`.
 * Compare figures of one run only: the machines are noisy.
 */
import { type Cell, defaultCellLimits, denoSpawner, launchCell } from "../../src/cell/mod.ts";
import type { Turn, TurnPowers } from "../../src/cell/mod.ts";
import { systemClock } from "../../src/core/clock.ts";
import { firstGenome, genomeHash } from "../../src/genome/mod.ts";
import { openStore } from "../../src/store/mod.ts";

const limits = defaultCellLimits;
const dist = new URL("../../workers/dist", import.meta.url).pathname;
const launch = (): Promise<Cell> =>
  launchCell({ clock: systemClock, spawn: denoSpawner, deno: Deno.execPath(), dist }, limits);
const turn: Turn = {
  letter: { kind: "tick", from: "supervisor", body: null },
  age: 0,
  energy: 1,
  nowMs: 0,
  seed: 1,
};
const powers = (response: string): TurnPowers => ({
  llm: () => Promise.resolve(response),
  send: () => Promise.resolve(),
  ask: () => Promise.resolve(null),
});

const cell = await launch();
await cell.birth({ agent: "ada", life: 1, genome: firstGenome, query: "", limits });
globalThis.addEventListener("unload", () => void cell.kill("it is done with"));

const noEdit = powers("return 1;");
const edit = powers("this.state.count = (this.state.count ?? 0) + 1;");
const guard = powers(
  "async function execute(response) { this.query = response; return await evaluate(response); }",
);

Deno.bench("a turn that changes nothing", { group: "turn", baseline: true }, async () => {
  await cell.turn(turn, noEdit);
});
Deno.bench("a turn that changes the state", { group: "turn" }, async () => {
  await cell.turn(turn, edit);
});
Deno.bench("a turn that rewrites execute, probe included", { group: "turn" }, async () => {
  await cell.turn(turn, guard);
});

Deno.bench("a cell from launch to ready to reaped", { group: "process", n: 10 }, async () => {
  await (await launch()).kill("it is done with");
});

const folder = Deno.makeTempDirSync({ prefix: "vivarium-bench-" });
const store = openStore(`${folder}/bench.db`);
const hash = genomeHash(firstGenome);
store.commit({
  genomes: [{ hash, parent: null, genome: firstGenome, createdAtMs: 0 }],
  agents: [{
    name: "ada",
    status: "running",
    spec: {},
    firstQuery: "",
    ordinal: 0,
    createdAtMs: 0,
    life: 1,
    steps: 0,
    genome: hash,
    query: "",
  }],
  lives: [{
    agent: "ada",
    life: 1,
    startedAtMs: 0,
    endedAtMs: null,
    end: null,
    bornFrom: hash,
    bornQuery: "",
    steps: 0,
    reward: 0,
    edits: 0,
  }],
});
let step = 0;
Deno.bench("a durable step in the ledger", { group: "ledger" }, () => {
  store.commit({
    steps: [{
      agent: "ada",
      life: 1,
      step: ++step,
      atMs: 0,
      letter: null,
      nowMs: 0,
      seed: 1,
      energy: 1,
      calls: [],
      answers: [],
      prints: [],
      returned: null,
      dropped: [],
      attempts: [],
      usage: {},
      edited: [],
      genome: hash,
      query: "",
      lived: true,
      rewards: [{ term: "survival", value: 1 }],
    }],
    events: [{ kind: "step.committed", agent: "ada", life: 1, step, data: {} }],
  });
});
