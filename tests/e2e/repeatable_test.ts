import { assertEquals, assertGreater } from "@std/assert";
import { openStore } from "../../src/store/mod.ts";
import { vivarium } from "../support/command.ts";

/** All that must not differ between two runs of one seed: step by step, death by death, update by update. */
interface Trace {
  readonly versions: readonly string[];
  readonly steps: Record<string, unknown[]>;
  readonly deaths: unknown[];
}

async function trace(db: string): Promise<Trace> {
  const { code, stderr } = await vivarium(
    ...["run", "--agents", "4", "--steps", "20", "--seed", "1"],
    ...["--port", "0", "--db", db],
  );
  assertEquals(code, 0, stderr);
  const store = openStore(db);
  try {
    const steps: Record<string, unknown[]> = {};
    for (const { name } of store.agents().items) {
      steps[name] = store.steps(name, { limit: 1000 }).items.map((row) => ({
        life: row.life,
        step: row.step,
        lived: row.lived,
        genome: row.genome,
        query: row.query,
        calls: row.calls,
        prints: row.prints,
        rewards: row.rewards,
      }));
    }
    const deaths = store.deaths({ limit: 1000 }).items
      .map((row) => `${row.agent}#${row.life} step ${row.step} ${row.cause} ${row.genomeBefore}`);
    const versions = store.policyVersions().items.map(({ version, hash }) => `${version} ${hash}`);
    return { versions, steps, deaths: deaths.sort() };
  } finally {
    store.close();
  }
}

Deno.test("two runs of one seed are the same, step for step and update for update", async () => {
  const folder = await Deno.makeTempDir({ prefix: "vivarium-seed-" });
  const first = await trace(`${folder}/first.db`);
  assertGreater(Object.keys(first.steps).length, 3);
  assertGreater(first.versions.length, 1);
  assertEquals(await trace(`${folder}/second.db`), first);
  await Deno.remove(folder, { recursive: true });
});
