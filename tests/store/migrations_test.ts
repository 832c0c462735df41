import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals } from "@std/assert";
import { checkFile, openStore } from "../../src/store/mod.ts";
import { migrations } from "../../src/store/migrations.ts";

/** What a house of each released schema left: the same script, lived by the Vivarium of its day. */
const released = migrations.map((_, at) => at + 1).slice(0, -1);

const folder = new URL("schemas/", import.meta.url);

for (const version of released) {
  Deno.test(`openStore() brings a database of schema ${version} up to date, and loses nothing`, async () => {
    const temporary = await Deno.makeTempDir({ prefix: "vivarium-schema-" });
    const path = `${temporary}/house.db`;
    const db = new DatabaseSync(path, { enableForeignKeyConstraints: false });
    db.exec(await Deno.readTextFile(new URL(`${version}.sql`, folder)));
    db.close();
    const store = openStore(path);
    try {
      const [steps, rest] = [store.steps("ada").items, store.steps("bob").items];
      assertEquals([...steps, ...rest].length, 7);
      const deaths = store.deaths().items.map(({ agent, cause }) => `${agent} ${cause}`);
      assertEquals(deaths.sort(), ["ada exception", "bob hang"]);
      assertEquals(store.genome(steps[0]?.genome ?? "")?.genome.state, { count: 1 });
      const known = version >= 3;
      assertEquals(steps.map(({ energy }) => energy !== null), steps.map(() => known));
      assertEquals(store.life("ada", 1)?.bornQuery !== null, known);
      const [letter] = store.mailbox("bob");
      assertEquals([letter?.body, letter?.life], [{ count: 1 }, undefined]);
    } finally {
      store.close();
    }
    assertEquals(checkFile(path), { version: migrations.length, findings: [] });
    // And it goes on: what is lived from here on is chained to what was there.
    const again = openStore(path);
    const agent = again.agent("ada");
    assert(agent !== undefined);
    const birth = { startedAtMs: 1, endedAtMs: null, end: null, bornFrom: agent.genome };
    const nothing = { steps: 0, reward: 0, edits: 0, bornQuery: "and then" };
    again.commit({ lives: [{ agent: "ada", life: agent.life + 1, ...birth, ...nothing }] });
    again.close();
    assertEquals(checkFile(path).findings, []);
    await Deno.remove(temporary, { recursive: true });
  });
}
