import { assert, assertEquals, assertGreater } from "@std/assert";
import { openStore } from "../../src/store/mod.ts";

Deno.test("kill -9 of the writing process loses nothing that was acknowledged", async () => {
  const folder = await Deno.makeTempDir({ prefix: "vivarium-store-" });
  for (const [round, acknowledgements] of [20, 150, 400].entries()) {
    const path = `${folder}/${round}.db`;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "-A", new URL("./writer.ts", import.meta.url).pathname, path],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    let said = "";
    let killed = false;
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
      said += text;
      if (!killed && said.split("\n").length > acknowledgements) {
        child.kill("SIGKILL");
        killed = true;
      }
    }
    assertEquals((await child.status).signal, "SIGKILL");
    const last = said.slice(0, said.lastIndexOf("\n")).split("\n").at(-1)?.split(" ").map(Number);
    const [step = 0, letter = 0] = last ?? [];
    assertGreater(step, acknowledgements - 1);

    const store = openStore(path);
    const agent = store.agent("ada");
    assert(agent !== undefined);
    assertGreater(agent.steps, step - 1);
    // A commit is whole: agent, life, step, genome and event say the same.
    assertEquals(store.life("ada", 1)?.steps, agent.steps);
    assertEquals(store.step("ada", 1, agent.steps)?.genome, agent.genome);
    assertEquals(store.step("ada", 1, agent.steps + 1), undefined);
    assertEquals(store.genome(agent.genome)?.genome.state, { step: agent.steps });
    assertEquals(store.lastEvent(), agent.steps);
    for (let each = 1; each <= step; each++) assert(store.step("ada", 1, each) !== undefined);
    assertGreater(store.mailbox("ada").at(-1)?.id ?? 0, letter - 1);
    store.close();
  }
  await Deno.remove(folder, { recursive: true });
});
