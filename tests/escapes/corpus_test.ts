import { assertEquals } from "@std/assert";
import { detectLayers } from "../../src/cell/sandbox/mod.ts";
import { parseCorpus, parseExplanations } from "../../scripts/escapes/corpus.ts";
import { runAttacks } from "../../scripts/escapes/run.ts";

const file = (name: string) => new URL(name, import.meta.url);
const corpus = parseCorpus(await Deno.readTextFile(file("escapes.jsonl")));
const explanations = parseExplanations(await Deno.readTextFile(file("explained.json")));

Deno.test("every explanation is of an attack of the corpus", () => {
  const ids = new Set(corpus.map(({ id }) => id));
  assertEquals(Object.keys(explanations).filter((id) => !ids.has(id)), []);
});

// The whole corpus takes minutes: `deno task escapes`. Here the first attack of each category.
Deno.test("one attack of each category is held by the real cell", async (t) => {
  const layers = await detectLayers();
  const dist = await Deno.realPath(file("../../workers/dist"));
  const attacks = [...Map.groupBy(corpus, ({ category }) => category).values()]
    .flatMap(([first]) => first === undefined ? [] : [first]);
  for (const profile of ["strict", "portable"] as const) {
    await t.step(profile, async () => {
      const wrong: string[] = [];
      const options = { attacks, explanations, profile, layers, dist };
      for await (const { id, text, breaches, fit, wanted } of runAttacks(options)) {
        if (breaches.length > 0 || fit === "unexpected") {
          wrong.push(`${id} ${text}; wanted ${wanted}; ${breaches.join("; ")}`);
        }
      }
      assertEquals(wrong, []);
    });
  }
});
