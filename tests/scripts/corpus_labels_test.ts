import { assertEquals } from "@std/assert";
import { startCells, Trial } from "../../scripts/corpus/living.ts";
import { chainAt, type Example } from "../../scripts/corpus/mod.ts";

/** Each costs seconds to live; `tests/e2e` dies of them on purpose. */
const slow = new Set(["hang", "heap", "memory"]);

/** Chains of a corpus nobody trains on, with every fast kind of response in them. */
function sampleOfChains(count: number): Example[][] {
  const chains: Example[][] = [];
  for (let number = 0; chains.length < count; number++) {
    const chain = chainAt(77, number);
    if (chain.every(({ label }) => !slow.has(label))) chains.push(chain);
  }
  return chains;
}

Deno.test("every response of the corpus fares in a real cell as its label says", async () => {
  const cells = startCells(2);
  const wrong: string[] = [];
  const chains = sampleOfChains(40);
  const worker = async (): Promise<void> => {
    for (let chain = chains.shift(); chain !== undefined; chain = chains.shift()) {
      const trial = new Trial(cells, chain[0]!.prompt);
      for (const { response, label } of chain) {
        const fate = await trial.live(response);
        if (fate.label !== label) {
          wrong.push(`${label} expected, ${fate.label} found (${fate.message}): ${response}`);
        }
      }
      trial.end();
    }
  };
  try {
    await Promise.all([worker(), worker()]);
  } finally {
    await cells.close();
  }
  assertEquals(wrong, []);
});
