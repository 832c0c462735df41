import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { advantages, type GroupedLife, trainerSettings } from "../../src/trainer/mod.ts";

const plain = trainerSettings({ rewardTransform: "none", gamma: 1 });

function dead(rewards: number[], group?: string): GroupedLife {
  return { rewards, truncated: false, group };
}

Deno.test("advantages() subtracts the moving average when the baseline is 'ema'", () => {
  const lives = [dead([1, -1]), dead([1, 1, 2])];
  const first = advantages(lives, {}, plain);
  // Returns 0, −1; 4, 3, 2: mean 1.6.
  assertAlmostEquals(first.memory.baseline!, 1.6);
  assertEquals(first.lives.flat().map((value) => value!.toFixed(1)), [
    "-1.6",
    "-2.6",
    "2.4",
    "1.4",
    "0.4",
  ]);
  const second = advantages(lives, { baseline: 10 }, plain);
  assertAlmostEquals(second.lives[0]![0]!, -10);
  assertAlmostEquals(second.memory.baseline!, 0.9 * 10 + 0.1 * 1.6);
});

Deno.test("advantages() compares whole lives of a group when the baseline is 'rloo'", () => {
  const settings = { ...plain, baseline: "rloo" as const };
  const lives = [dead([1, 1], "a"), dead([1, 4], "a"), dead([0, 8], "a"), dead([100], "b")];
  const { lives: worth, zeroShare } = advantages(lives, {}, settings);
  assertEquals(worth, [
    [2 - 6.5, 2 - 6.5],
    [5 - 5, 5 - 5],
    [8 - 3.5, 8 - 3.5],
    // Alone in its group, it has nothing to be compared with.
    undefined,
  ]);
  assertEquals(zeroShare, 0.25);
});

Deno.test("advantages() drops a group whose lives were worth the same when the baseline is 'rloo'", () => {
  const settings = { ...plain, baseline: "rloo" as const };
  // Their steps differ, which says nothing: all of a life share what the whole was worth.
  const lives = [dead([1, 4], "a"), dead([3, 2], "a"), dead([1, 1], "b"), dead([1, 2], "b")];
  const { lives: worth, zeroShare } = advantages(lives, {}, settings);
  assertEquals(worth, [undefined, undefined, [-1, -1], [1, 1]]);
  assertEquals(zeroShare, 0.5);
  // A life alone in its group, however long, too.
  assertEquals(advantages([dead([1, 2, 3], "c")], {}, settings).lives, [undefined]);
  // A batch without groups is one group.
  assertEquals(advantages([dead([1, 1]), dead([5])], {}, settings).lives, [[-3, -3], [3]]);
});

Deno.test("advantages() compares a cut life as one that goes on when the baseline is 'rloo'", () => {
  const settings = { ...plain, gamma: 0.5, baseline: "rloo" as const };
  const cut: GroupedLife = { rewards: [1, 1], truncated: true, group: "a" };
  // What follows the cut is worth what is usual: 1 + 0.5 + 0.25 · 8.
  const worth = advantages([cut, dead([1, 1], "a")], { baseline: 8 }, settings).lives;
  assertEquals(worth, [[2, 2], [-2, -2]]);
});

Deno.test("advantages() has mean 0 and deviation 1 when returns are whitened", () => {
  const settings = { ...plain, baseline: "whitened" as const };
  const values = advantages([dead([1, -9]), dead([1, 1, 1])], {}, settings).lives
    .flatMap((life) => life!);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  assertAlmostEquals(mean, 0, 1e-6);
  const square = values.reduce((sum, value) => sum + value ** 2, 0) / values.length;
  assertAlmostEquals(square, 1, 1e-3);
});

Deno.test("advantages() are the returns when there is no baseline", () => {
  assertEquals(advantages([dead([1, 1])], {}, { ...plain, baseline: "none" }).lives, [[2, 1]]);
});

Deno.test("advantages() stay small after a harm when they are symlog or normalised", () => {
  const lives = [dead([1, 1, 1, -1000]), dead([1, -10]), dead([1, 1])];
  for (
    const settings of [
      trainerSettings(),
      trainerSettings({ rewardTransform: "none", advantageNormalisation: "std" }),
    ]
  ) {
    const worth = advantages(lives, {}, settings).lives;
    assert(worth.flat().every((value) => Math.abs(value!) < 8));
    assert(worth[0]![3]! < worth[1]![1]!, "harm is worse than a death");
    assert(worth[1]![1]! < worth[2]![1]!, "a death is worse than none");
  }
});

Deno.test("advantages() takes a cut life for no death", () => {
  const settings = trainerSettings({ rewardTransform: "none", gamma: 0.9 });
  const cut: GroupedLife = { rewards: [1, 1, 1], truncated: true };
  const worth = advantages([cut, dead([1, -10])], {}, settings);
  assert(worth.lives[0]!.every((value) => value > 0));
  assert(worth.lives[1]!.every((value) => value < 0));
  // Alone, and never dead: every step was as good as any, and nothing is to be learned.
  const alone = advantages([cut], {}, settings);
  assertEquals([alone.lives[0], alone.zeroShare], [undefined, 1]);
});
