import { assertEquals } from "@std/assert";
import { z } from "zod";
import { openHouse, sandboxedCells } from "../../src/house/mod.ts";
import { toolPower } from "../../src/powers/mod.ts";

Deno.test("replayDeath() answers the use of a power from the record, and never uses it again", async () => {
  const home = await Deno.makeTempDir();
  const used: number[] = [];
  const count = toolPower({
    about: "counts its uses",
    input: z.strictObject({ by: z.number() }),
    // Another answer at each use: a replay that used it again would die of another error.
    run: ({ by }) => used.push(by) * 100,
  });
  const response =
    'const first = await this.use("count", { by: 7 }); const wrong = await this.use("count", { by: "x" }).catch((error) => error.message); throw new Error(`${first} ${wrong}`);';
  try {
    await Deno.writeTextFile(`${home}/script.jsonl`, JSON.stringify({ agent: "ada", response }));
    const house = await openHouse({
      db: `${home}/house.db`,
      llm: `scripted:${home}/script.jsonl`,
      names: [],
      powers: { count },
    }, { cells: await sandboxedCells("portable", false) });
    try {
      const limits = { stepMs: 20_000 };
      house.supervisor.spawn({ name: "ada", firstQuery: "", limits, powers: ["count"] });
      await house.finished();
      const [death] = house.store.deaths({ agent: "ada" }).items;
      assertEquals(death?.cause, "exception");
      assertEquals(used, [7]);
      for (let again = 0; again < 2; again++) {
        const replay = await house.replays.replay(death?.id ?? 0);
        assertEquals([replay.same, replay.why], [true, null]);
        assertEquals(replay.lived, { cause: "exception", step: 1, message: death?.reason });
      }
      assertEquals(used, [7], "the power was used once, in the life itself");
    } finally {
      await house.stop();
    }
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
