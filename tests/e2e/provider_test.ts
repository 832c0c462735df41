import { assertEquals, assertMatch } from "@std/assert";
import { json, withServer } from "../llm/support.ts";
import { vivariumWith } from "../support/command.ts";

const folder = Deno.makeTempDirSync({ prefix: "vivarium-provider-" });

function run(host: string, db: string): ReturnType<typeof vivariumWith> {
  const args = ["--llm", "ollama:qwen3:4b", "--db", db, "--agents", "1", "--steps", "2"];
  return vivariumWith({ OLLAMA_HOST: host }, ["run", "--port", "0", ...args]);
}

Deno.test("a run whose model is not there is refused at once, and leaves no database", async () => {
  await withServer([json({ error: "model 'qwen3:4b' not found" }, 404)], async ({ url }) => {
    const { code, stderr } = await run(url, `${folder}/none.db`);
    assertEquals(code, 1);
    assertMatch(stderr, /^error: ollama:qwen3:4b .*not found\nhint: .*ollama pull qwen3:4b.*\n$/);
    assertEquals([...Deno.readDirSync(folder)].filter(({ name }) => name.startsWith("none")), []);
  });
});

Deno.test("a run in which no life was lived for want of an answer has failed", async () => {
  const replies = [json({}), json({ error: "out of memory" }, 400)];
  await withServer(replies, async ({ url }) => {
    const db = `${folder}/silent.db`;
    const { code, stderr } = await run(url, db);
    assertEquals(code, 1);
    // Below the table, which stays.
    assertMatch(stderr, /│ +llm +│ 2[\s\S]*\nerror: no step was lived: ollama:qwen3:4b/);
    assertMatch(stderr, new RegExp(`\nhint: 'vivarium deaths --db ${db}' says why\n$`));
  });
});
