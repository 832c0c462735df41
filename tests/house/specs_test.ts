import { assertEquals, assertNotEquals } from "@std/assert";
import { firstGenome } from "../../src/genome/mod.ts";
import { openHouse } from "../../src/house/mod.ts";
import type { Json } from "../../src/core/json.ts";

Deno.test("a library's child spec says all that a child spec can: a genome, links, what counts as giving up", async () => {
  const house = await openHouse({
    db: ":memory:",
    llm: {
      spec: "silent",
      complete: () =>
        Promise.resolve({ text: "", model: "m", tokens: { prompt: 0, completion: 0 } }),
      close: () => Promise.resolve(),
    },
    names: [],
  });
  try {
    house.begin();
    house.spawn({ name: "ada", ticking: false });
    house.spawn({
      name: "bob",
      ticking: false,
      genome: { ...firstGenome, state: { n: 1 } },
      links: ["ada"],
      trapExit: true,
      giveUp: { deaths: 2, withinMs: 1000, causes: ["hang"] },
      limits: { profile: "fast" },
    });
    const [ada, bob] = ["ada", "bob"].map((name) => house.supervisor.look(name));
    assertNotEquals(bob?.genome, ada?.genome);
    const { links, trapExit, giveUp, limits } = bob?.spec as Record<string, Json>;
    assertEquals({ links, trapExit, giveUp, limits }, {
      links: ["ada"],
      trapExit: true,
      giveUp: { deaths: 2, withinMs: 1000, causes: ["hang"] },
      limits: { profile: "fast" },
    });
  } finally {
    await house.stop();
  }
});
