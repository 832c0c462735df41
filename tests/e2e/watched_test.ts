/** As a person starts it: with the rights that the task gives, which decide what it may read of /proc. */
import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals, assertGreater } from "@std/assert";
import { vivarium } from "../support/command.ts";

const hog = "const all = []; for (;;) all.push(new Uint8Array(8e6).fill(1));";
const responses = ["return 1;", hog, "return 2;", "return 3;"];

for (const profile of ["strict", "portable"]) {
  Deno.test({
    name:
      `a run watches the memory of its cells from outside, and none fails for the one before: ${profile}`,
    ignore: Deno.build.os !== "linux",
    fn: async () => {
      const folder = await Deno.makeTempDir({ prefix: "vivarium-watched-" });
      const script = `${folder}/script.jsonl`;
      const db = `${folder}/house.db`;
      const lines = responses.map((response) => JSON.stringify({ response })).join("\n");
      await Deno.writeTextFile(script, lines);
      const run = ["run", "--llm", `scripted:${script}`, "--agents", "1", "--port", "0"];
      const { code, stdout } = await vivarium(...run, "--profile", profile, "--db", db);
      assertEquals(code, 0, stdout);
      assert(!stdout.includes("not watched"), stdout);

      const store = new DatabaseSync(db, { readOnly: true });
      const rows = store.prepare("select usage from steps where lived = 1").all();
      const deaths = store.prepare("select life, cause, evidence from deaths").all();
      store.close();
      assertEquals(rows.length, 3);
      for (const { usage } of rows) assertGreater(JSON.parse(String(usage)).rssBytes, 10e6);
      assertEquals(deaths.map(({ life, cause }) => [life, cause]), [[1, "memory"]]);
      if (profile === "portable") {
        const { rssBytes, limitBytes } = JSON.parse(String(deaths[0]?.["evidence"]));
        assertGreater(rssBytes, limitBytes);
      }
      await Deno.remove(folder, { recursive: true });
    },
  });
}
