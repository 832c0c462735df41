import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import type { ArmRecord, LifeRecord, SeedRecord } from "../../scripts/learn/record.ts";
import { pValue, summarise, uniqueRateOf } from "../../scripts/learn/summary.ts";
import { script } from "../support/command.ts";

function life(steps: number, cause: string | null, more: Partial<LifeRecord> = {}): LifeRecord {
  const rest = { query: "q", edits: 0, reward: steps, value: 0, responses: steps, distinct: steps };
  return { steps, cause, ...rest, ...more };
}

function arm(lives: readonly LifeRecord[]): ArmRecord {
  return { lives, excluded: 0, multiplicities: [], wallSeconds: 1 };
}

Deno.test("summarise() counts deaths, censors cut lives, and gives harm by all steps", () => {
  const of = summarise(
    arm([life(1, "harm"), life(3, "syntax"), life(10, null), life(10, null)]),
    10,
  );
  assertEquals([of.lives, of.deaths, of.steps, of.median], [4, 2, 24, 3]);
  // 1·1 + ¾·2 + ½·7
  assertAlmostEquals(of.restrictedMean, 6);
  assertAlmostEquals(of.harmPerThousand, 1000 / 26);
});

Deno.test("summarise() says that a median was not reached", () => {
  const of = summarise(arm([life(1, "harm"), life(10, null), life(10, null)]), 10);
  assertEquals([of.median, of.medianInterval[1]], [null, null]);
  const dead = summarise(arm([life(0, "syntax"), life(0, "syntax")]), 10);
  assertEquals([dead.median, dead.medianInterval], [0, [0, 0]]);
});

Deno.test("uniqueRateOf() is the expected share of distinct texts among so many", () => {
  // Two of three texts are the same: of two drawn, three pairs, one of which is of the same.
  assertAlmostEquals(uniqueRateOf([[1, 1], [2, 1]], 2), (1 / 3 * 1 + 2 / 3 * 2) / 2);
  assertEquals(uniqueRateOf([[1, 10]], 4), 1);
  assertAlmostEquals(uniqueRateOf([[10, 1]], 5), 1 / 5);
  assertEquals(uniqueRateOf([], 5), 0);
});

Deno.test("pValue() tells lives that differ from lives that do not", () => {
  const short = arm(Array.from({ length: 30 }, (_, n) => life(1 + n % 3, "syntax")));
  const long = arm(
    Array.from({ length: 30 }, (_, n) => life(20 + n, n % 2 === 0 ? "syntax" : null)),
  );
  assert(pValue(short, long) < 1e-6);
  assertAlmostEquals(pValue(short, short), 1);
});

Deno.test("learn runs its arms on real cells, the same for the same seed, and writes a report", async () => {
  const folder = await Deno.makeTempDir({ prefix: "vivarium-learn-" });
  const learn = async (out: string, ablations: number): Promise<SeedRecord> => {
    const { code, stderr } = await script(
      ...["scripts/learn.ts", "--seeds", "7", "--agents", "2", "--turns", "12", "--lives", "1"],
      ...["--ablations", `${ablations}`, "--out", `${folder}/${out}`, "--scratch", folder],
    );
    assertEquals(code, 0, stderr);
    const text = await Deno.readTextFile(`${folder}/${out}/data/seed-7.json`);
    const timed = new Set(["wallSeconds", "step_time"]);
    return JSON.parse(text, (key, value) => timed.has(key) ? 0 : value);
  };
  const first = await learn("first", 1);
  const second = await learn("second", 0);
  assertEquals(second.training, first.training);
  const { random, pretrained, trained } = first.arms;
  assertEquals<unknown>(second.arms, { random, pretrained, trained });
  const lived = (arm: ArmRecord | undefined) =>
    arm?.lives.map(({ steps, cause, value }) => [steps, cause, value]);
  assertEquals(lived(first.arms["never edits"]), [[100, null, 0], [100, null, 0]]);
  const starved = [20, "starvation", 0];
  assertEquals(lived(first.arms["never edits, energy metered"]), [starved, starved]);
  assertMatch(
    await Deno.readTextFile(`${folder}/first/README.md`),
    /\| 7 \| no baseline, raw rewards \|/,
  );
  assertMatch(await Deno.readTextFile(`${folder}/first/survival.svg`), /^<svg/);
  await Deno.remove(folder, { recursive: true });
});
