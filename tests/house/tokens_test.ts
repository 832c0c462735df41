import { assertEquals } from "@std/assert";
import { openHouse, sandboxedCells } from "../../src/house/mod.ts";
import type { Model } from "../../src/llm/mod.ts";

/** Every answer costs ten tokens; the first asks twice more, and catches what comes of it. */
const model: Model = {
  spec: "counting",
  complete: ({ call }) =>
    Promise.resolve({
      text: call === 0
        ? "await this.llm('a'); try { await this.llm('b'); } catch { return 'caught'; }"
        : "return 1;",
      model: "counting",
      tokens: { prompt: 6, completion: 4 },
    }),
  close: () => Promise.resolve(),
};

Deno.test("a step that calls the model when its tokens are used up is a flood, and is one again when it is replayed", async () => {
  const house = await openHouse({
    db: ":memory:",
    llm: model,
    names: [],
    steps: 1,
  }, { cells: await sandboxedCells("portable", false) });
  try {
    const spawn = (name: string, modelTokens: number): void =>
      void house.supervisor.spawn({ name, firstQuery: "", limits: { modelTokens } });
    house.begin();
    spawn("ada", 20);
    spawn("bob", 21);
    await house.finished();
    const deaths = house.store.deaths().items;
    assertEquals(deaths.map(({ agent, cause, owner }) => [agent, cause, owner]), [
      ["ada", "flood", "agent"],
    ]);
    assertEquals(deaths[0]?.reason, "used more than 20 tokens of the model in a step");
    const replay = await house.replays.replay(deaths[0]?.id ?? 0);
    assertEquals([replay.same, replay.lived?.cause], [true, "flood"]);
  } finally {
    await house.stop();
  }
});
