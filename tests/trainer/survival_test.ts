import { assert } from "@std/assert";
import { trainerSettings } from "../../src/trainer/mod.ts";
import { horizon, trainToSurvive } from "./survival_task.ts";

const rules = { updates: 100, lives: 24, enough: 29 };

for (const baseline of ["ema", "rloo"] as const) {
  Deno.test(`the trainer survives 29 of ${horizon} steps on each of 5 seeds when the baseline is '${baseline}'`, async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      // A model of 3,000 parameters takes larger steps than one of a million.
      const settings = trainerSettings({ baseline, learningRate: 2e-2, maxTokens: 1 });
      const curve = await trainToSurvive(seed, settings, rules);
      assert(curve[0]! < 2, `seed ${seed} begins at ${curve[0]}`);
      assert(curve.at(-1)! >= rules.enough, `seed ${seed} ends at ${curve.at(-1)}`);
    }
  });
}

Deno.test("the trainer learns nothing in as many updates when there is no baseline", async () => {
  const settings = trainerSettings({ baseline: "none", learningRate: 2e-2, maxTokens: 1 });
  const curve = await trainToSurvive(1, settings, rules);
  assert(curve.at(-1)! < 5, `it ends at ${curve.at(-1)}`);
});
