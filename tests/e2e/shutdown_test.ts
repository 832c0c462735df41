import { assert, assertEquals, assertGreater } from "@std/assert";
import { openStore } from "../../src/store/mod.ts";
import { requirement } from "../supervisor/requirement.ts";
import { childrenOf, isAlive, Running } from "../support/command.ts";

Deno.test(
  requirement(
    24,
    "SIGTERM closes every life and ends every cell, and the echo of it changes nothing",
  ),
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "vivarium-term-" });
    const script = `${folder}/script.jsonl`;
    const names = ["ada", "bob"];
    const lines = names.flatMap((agent) =>
      Array.from({ length: 5000 }, () => JSON.stringify({ agent, response: "this.state.n = 1;" }))
    );
    await Deno.writeTextFile(script, lines.join("\n"));
    const house = new Running(
      "run",
      "--db",
      `${folder}/house.db`,
      "--llm",
      `scripted:${script}`,
      "--agents",
      "2",
      "--port",
      "0",
      "--json",
    );
    for (const name of names) {
      await house.line((text) =>
        text.includes('"step.committed"') && text.includes(`"agent":"${name}"`)
      );
    }
    const children = childrenOf(house.pid);
    assertGreater(children.length, 1);
    const ended = house.kill("SIGTERM");
    // As from a terminal that tells the whole group, and a script that tells it again.
    Deno.kill(house.pid, "SIGTERM");
    assertEquals((await ended).code, 0);
    assertEquals(children.filter(isAlive), []);
    const told = house.lines.filter((line) => line.includes('"step.committed"'));

    const store = openStore(`${folder}/house.db`);
    try {
      for (const name of names) {
        const { items } = store.lives(name);
        assertEquals(items.filter(({ end }) => end !== "death"), []);
        assertEquals(store.deaths({ agent: name }).items[0]?.cause, "shutdown");
        // It goes on when the house does.
        assertEquals(store.agent(name)?.status, "running");
        const mine = told.filter((line) => line.includes(`"agent":"${name}"`));
        assert((store.agent(name)?.steps ?? 0) >= mine.length);
      }
      assertEquals(store.events({ kinds: ["house.stopped"] }).length, 1);
    } finally {
      store.close();
    }
    await Deno.remove(folder, { recursive: true });
  },
);
