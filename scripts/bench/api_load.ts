/**
 * Requests a second and their 99th percentile, by wrk, on a house whose agents live and whose ledger
 * holds 10,000 deaths: `deno run -P=test scripts/bench/api_load.ts`. Compare figures of one run only.
 */
import { openHouse, serve } from "../../mod.ts";
import { firstGenome, genomeHash } from "../../src/genome/mod.ts";
import { openStore } from "../../src/store/mod.ts";

const deaths = 10_000;
const seconds = 6;
const paths = [
  "/v1/agents/ada",
  "/v1/deaths/5000",
  "/v1/deaths",
  "/v1/deaths?limit=1000",
  "/v1/stats/survival?by=agent",
];

const folder = await Deno.makeTempDir({ prefix: "vivarium-load-" });
const db = `${folder}/house.db`;
fill(db);
const house = await openHouse({
  db,
  names: ["ada", "bob"],
  llm: {
    spec: "thinker",
    async complete() {
      await new Promise((resolve) => setTimeout(resolve, 100));
      return {
        text: "this.state.n = 1;",
        model: "thinker@1",
        tokens: { prompt: 1, completion: 1 },
      };
    },
    close: () => Promise.resolve(),
  },
});
let steps = 0;
house.subscribe(({ kind }) => {
  if (kind === "step.committed") steps++;
});
const server = serve(house, { port: 0 });
house.begin();
await new Promise((resolve) => setTimeout(resolve, 2000));
for (const path of paths) {
  const before = steps;
  const { stdout } = await new Deno.Command("wrk", {
    args: ["-t1", "-c8", `-d${seconds}s`, "--latency", `${server.url}${path}`],
  }).output();
  const text = new TextDecoder().decode(stdout);
  const [, rate] = text.match(/Requests\/sec:\s+([\d.]+)/) ?? [];
  const [, p99] = text.match(/99%\s+(\S+)/) ?? [];
  const lived = ((steps - before) / seconds).toFixed(0);
  const failed = text.match(/Non-2xx.*: (\d+)/)?.[1] ?? "0";
  console.log(
    `${path.padEnd(30)} ${rate} a second, p99 ${p99}, ${failed} failed; ${lived} steps/s`,
  );
}
await server.shutdown();
await house.stop();
await Deno.remove(folder, { recursive: true });

/** A ledger of an agent that has died very often. */
function fill(path: string): void {
  const store = openStore(path);
  const hash = genomeHash(firstGenome);
  const genomes = [{ hash, parent: null, genome: firstGenome, createdAtMs: 0 }];
  store.commit({ genomes });
  for (let life = 1; life <= deaths; life++) {
    store.commit({
      lives: [{
        agent: "old",
        life,
        startedAtMs: life,
        endedAtMs: life + 1,
        end: "death",
        bornFrom: hash,
        bornQuery: null,
        steps: life % 97,
        reward: 1,
        edits: 1,
      }],
      deaths: [{
        agent: "old",
        life,
        step: 1,
        atMs: life,
        supervisor: "root",
        context: "child-terminated",
        reason: "x is not defined",
        offender: { name: "old", restart: "permanent" },
        cause: life % 3 === 0 ? "hang" : "exception",
        owner: "agent",
        evidence: { message: "x is not defined", stack: "at execute (agent:1:1)" },
        genomeBefore: hash,
        response: "x.y();",
        policyVersion: 1,
        detectedMs: 1,
        decision: { kind: "restart", delayMs: 10 },
      }],
    });
  }
  store.close();
}
