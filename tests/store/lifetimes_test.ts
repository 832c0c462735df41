import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import type { Json } from "../../src/core/json.ts";
import type { Store } from "../../src/store/mod.ts";
import { agentRow, deathRow, first, lifeRow, stepRow, withStore } from "./support.ts";

const call = (model: string, version?: number): Json => ({
  call: 0,
  prompt: "p",
  seed: 1,
  response: "r",
  model,
  ...(version === undefined ? {} : { trace: { version, promptIds: [], ids: [], logps: [] } }),
});

function lived(store: Store): void {
  store.commit({
    genomes: [first],
    agents: [agentRow("ada"), agentRow("bob")],
    lives: [
      lifeRow("ada", 1, { steps: 2, startedAtMs: 10 }),
      lifeRow("ada", 2, { steps: 1, startedAtMs: 20 }),
      lifeRow("ada", 3, { steps: 0, startedAtMs: 30 }),
      lifeRow("bob", 1, { steps: 2, startedAtMs: 40 }),
    ],
    steps: [
      stepRow("ada", 1, 1, { calls: [call("policy@1", 1)] }),
      stepRow("ada", 1, 2, { calls: [call("policy@2", 2)] }),
      stepRow("ada", 2, 1, { calls: [call("ollama:qwen3")] }),
      stepRow("bob", 1, 1, { calls: [] }),
      stepRow("bob", 1, 2, { calls: [{ call: 0, error: "no answer" }, call("policy@2", 2)] }),
    ],
    deaths: [
      deathRow("ada", 1, "hang", { policyVersion: 2 }),
      deathRow("ada", 2, "llm"),
      deathRow("ada", 3, "spawn", { step: 0 }),
    ],
  });
}

Deno.test("lifetimes() go by who wrote a life's first response; only own deaths have a cause", async () => {
  await withStore((store) => {
    lived(store);
    const row = (agent: string, life: number, steps: number) => ({ agent, life, steps });
    const lives = [
      { ...row("ada", 1, 2), cause: "hang", model: "policy@1", policyVersion: 1 },
      { ...row("ada", 2, 1), cause: null, model: "ollama:qwen3", policyVersion: null },
      { ...row("ada", 3, 0), cause: "spawn", model: null, policyVersion: null },
      { ...row("bob", 1, 2), cause: null, model: "policy@2", policyVersion: 2 },
    ];
    assertEquals<unknown>([...store.lifetimes()], lives);
    assertEquals<unknown>([...store.lifetimes({ agent: "bob" })], lives.slice(3));
    assertEquals<unknown>([...store.lifetimes({ since: 20 })], lives.slice(1));
    assertEquals<unknown>([...store.lifetimes({ since: 20, agent: "ada" })], lives.slice(1, 3));
  });
});

Deno.test("an agent's genomes and what died of them are read from indexes alone", async () => {
  await withStore((store, path) => {
    lived(store);
    const db = new DatabaseSync(path, { readOnly: true });
    const plan = (sql: string): string =>
      db.prepare(`explain query plan ${sql}`).all().map((row) => String(row["detail"])).join("\n");
    const firsts = plan(
      "select genome, min(life * 2 + step) from steps where agent = 'a' group by 1",
    );
    const deaths = plan("select id, cause from deaths where agent = 'a' and genome_before = 'g'");
    db.close();
    assert(firsts.includes("USING COVERING INDEX steps_by_genome"), firsts);
    assert(deaths.includes("USING COVERING INDEX deaths_by_genome"), deaths);
  });
});
