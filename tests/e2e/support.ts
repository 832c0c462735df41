import type { HouseOptions, OpenHouse } from "../../src/house/mod.ts";
import { openHouse } from "../../src/house/mod.ts";
import type { HouseEvent } from "../../src/core/events.ts";
import type { DeathRow, StepRow } from "../../src/store/mod.ts";

/** One line of a script: what the model says, to whom. */
export interface Line {
  readonly agent: string;
  readonly response: string;
}

/** A house that ran a script to its end, and what it left in the ledger. */
export interface ScriptedRun {
  readonly house: OpenHouse;
  readonly events: readonly HouseEvent[];
  readonly deaths: readonly DeathRow[];
  steps(agent: string): readonly StepRow[];
}

/**
 * Runs a script through a real house (real cells, a real database file) until no agent has anything
 * left to do, hands it to the test, and takes it down.
 */
export async function runScript(
  lines: readonly Line[],
  options: Partial<HouseOptions>,
  test: (run: ScriptedRun) => Promise<void> | void,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "vivarium-e2e-" });
  const script = `${folder}/script.jsonl`;
  await Deno.writeTextFile(script, lines.map((line) => JSON.stringify(line)).join("\n") + "\n");
  const events: HouseEvent[] = [];
  const house = await openHouse({
    db: `${folder}/house.db`,
    llm: `scripted:${script}`,
    names: [...new Set(lines.map((line) => line.agent))],
    seed: 1,
    limits: { stepMs: 500 },
    onEvent: (event) => events.push(event),
    ...options,
  });
  try {
    house.begin();
    await house.finished();
    await test({
      house,
      events,
      deaths: house.store.deaths({ limit: 1000 }).items,
      steps: (agent) => house.store.steps(agent, { limit: 1000 }).items,
    });
  } finally {
    await house.stop();
    await Deno.remove(folder, { recursive: true });
  }
}
