import { assertEquals } from "@std/assert";
import { causeNames, ownerOf } from "../../src/death/mod.ts";
import { defaultRewardWeights, rewardOf, totalReward } from "../../src/reward/mod.ts";

Deno.test("rewardOf() is the survival term when the step was lived", () => {
  assertEquals(rewardOf({ lived: true }), [{ term: "survival", value: 1 }]);
});

Deno.test.each(causeNames)("rewardOf() weighs a death by %s by its owner", (cause) => {
  const owner = ownerOf(cause);
  const expected = owner !== "agent"
    ? []
    : cause === "harm"
    ? [{ term: "harm", value: -1000 }]
    : [{ term: "death", value: -10 }];
  assertEquals(rewardOf({ lived: false, cause, owner }), expected);
});

Deno.test("rewardOf() uses the weights that it is given", () => {
  const weights = { ...defaultRewardWeights, survival: 0.5, harm: -5, death: -2 };
  assertEquals(totalReward(rewardOf({ lived: true }, weights)), 0.5);
  assertEquals(
    totalReward(rewardOf({ lived: false, cause: "hang", owner: "agent" }, weights)),
    -2,
  );
  assertEquals(
    totalReward(rewardOf({ lived: false, cause: "harm", owner: "agent" }, weights)),
    -5,
  );
});

Deno.test("totalReward() gives the seed's worked example, 1 + 1 + 1 − 1000", () => {
  const life = [
    rewardOf({ lived: true }),
    rewardOf({ lived: true }),
    rewardOf({ lived: true }),
    rewardOf({ lived: false, cause: "harm", owner: "agent" }),
  ];
  assertEquals(life.map(totalReward), [1, 1, 1, -1000]);
  assertEquals(totalReward([]), 0);
});
