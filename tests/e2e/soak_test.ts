import { assert, assertEquals, assertGreater } from "@std/assert";
import { soak } from "../../scripts/soak/soak.ts";

Deno.test("two minutes at a death a second: each is in the ledger once, nothing is left open or behind", async () => {
  const { samples, lethal, deaths, causes, findings } = await soak({
    minutes: 2,
    everySeconds: 10,
    seed: 3,
  });
  assertEquals(findings, []);
  assertEquals(deaths, lethal);
  assertGreater(lethal, 60);
  assertGreater(Object.keys(causes).length, 8);
  const [first, last] = [samples.at(1), samples.at(-1)];
  assert(first !== undefined && last !== undefined);
  // A cell that is being replaced has its pipes for a moment; one of each death would be over a hundred.
  assert(last.files <= first.files + 40, `${first.files} files were open, then ${last.files}`);
  assert(last.processes <= first.processes + 12, `${first.processes}, then ${last.processes}`);
  assertGreater(last.steps, 0);
});
