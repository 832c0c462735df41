import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { causeStats } from "../../src/api/stats/causes.ts";
import { groupLives } from "../../src/api/stats/groups.ts";
import { learningStats } from "../../src/api/stats/learning.ts";
import { KeptFigures } from "../../src/api/stats/kept.ts";
import { survivalStats } from "../../src/api/stats/survival.ts";
import { SimulatedClock } from "../../src/core/clock.ts";
import type { Cause } from "../../src/death/mod.ts";
import type { LifetimeRow } from "../../src/store/mod.ts";
import { Caller, livedIn } from "./support.ts";

let lives = 0;
function life(
  steps: number,
  cause: Cause | null = null,
  more: Partial<LifetimeRow> = {},
): LifetimeRow {
  return { agent: "ada", life: ++lives, steps, cause, model: null, policyVersion: null, ...more };
}

Deno.test("groupLives() orders versions by number, names by letter, and what has no key last", () => {
  const keys = (by: "policy" | "model" | "agent" | "all"): string[] =>
    groupLives([
      life(1, null, { agent: "bob" }),
      life(1, null, { policyVersion: 10, model: "policy@10" }),
      life(1, null, { policyVersion: 2, model: "policy@2" }),
      life(1, null, { model: "ollama:qwen3@8" }),
    ], by).map(({ key }) => key);
  assertEquals(keys("policy"), ["2", "10", "none"]);
  assertEquals(keys("model"), ["ollama:qwen3@8", "policy", "none"]);
  assertEquals(keys("agent"), ["ada", "bob"]);
  assertEquals(keys("all"), ["all"]);
  assertEquals(groupLives([], "all"), []);
});

Deno.test("survivalStats() has each age at which a life ended, with who was at risk", () => {
  const { groups, logRank } = survivalStats(
    [life(1, "hang"), life(2), life(3, "harm"), life(3)],
    "all",
  );
  const [group] = groups;
  assertEquals([group?.lives, group?.deaths, group?.censored, group?.medianSteps], [4, 2, 2, 3]);
  assertEquals(group?.curve.map(({ low: _, high: __, ...point }) => point), [
    { age: 1, survival: 0.75, atRisk: 4, deaths: 1, censored: 0 },
    { age: 2, survival: 0.75, atRisk: 3, deaths: 0, censored: 1 },
    { age: 3, survival: 0.375, atRisk: 2, deaths: 1, censored: 1 },
  ]);
  for (const { low, survival, high } of group?.curve ?? []) {
    assert(low < survival && survival < high, `${low} ${survival} ${high}`);
  }
  assertEquals(logRank, null);
});

Deno.test("survivalStats() tests groups against each other, if there are deaths and not too many", () => {
  const of = (agent: string, ...ages: number[]): LifetimeRow[] =>
    ages.map((age) => life(age, "hang", { agent }));
  const { logRank } = survivalStats([...of("ada", 1, 2), ...of("bob", 3, 4)], "agent");
  // Worked by hand in the docstring of `logRank`.
  assertAlmostEquals(logRank?.chiSquare ?? NaN, (2 - 5 / 6) ** 2 / (17 / 36), 1e-12);
  assertEquals(logRank?.degreesOfFreedom, 1);
  assertAlmostEquals(logRank?.p ?? NaN, 0.0896, 1e-4);
  const alive = [life(1), life(1, null, { agent: "bob" })];
  assertEquals(survivalStats(alive, "agent").logRank, null);
  const many = Array.from({ length: 51 }, (_, n) => life(n, "hang", { agent: `a${n}` }));
  assertEquals(survivalStats(many, "agent").logRank, null);
  assert(survivalStats(many.slice(1), "agent").logRank !== null);
});

Deno.test("causeStats() gives each cause its incidence, and together they leave the survivors", () => {
  const lives = [life(1, "hang"), life(2), life(3, "harm"), life(4, "hang")];
  const [group] = causeStats(lives, "all").groups;
  assertEquals(group?.causes, [
    {
      cause: "hang",
      deaths: 2,
      curve: [{ age: 1, incidence: 0.25 }, { age: 4, incidence: 0.625 }],
    },
    { cause: "harm", deaths: 1, curve: [{ age: 3, incidence: 0.375 }] },
  ]);
  assertEquals(causeStats([life(5)], "all").groups, [{ key: "all", causes: [] }]);
});

Deno.test("learningStats() has every version, with the lives that it began", () => {
  const version = (version: number) => ({
    version,
    parent: null,
    hash: "h",
    createdAtMs: version * 10,
    metrics: { reward: version },
  });
  const by = (policyVersion: number) => ({ policyVersion, model: `policy@${policyVersion}` });
  assertEquals(
    learningStats([version(2), version(1)], [
      life(400, "harm", by(1)),
      life(100, null, by(1)),
      life(0, "syntax", by(7)),
      life(50, "hang"),
    ]),
    [
      {
        version: 1,
        at: 10,
        metrics: { reward: 1 },
        lives: 2,
        deaths: 1,
        steps: 500,
        meanAge: 250,
        harmPer1000Steps: 2,
      },
      {
        version: 2,
        at: 20,
        metrics: { reward: 2 },
        lives: 0,
        deaths: 0,
        steps: 0,
        meanAge: null,
        harmPer1000Steps: null,
      },
      {
        version: 7,
        at: null,
        metrics: {},
        lives: 1,
        deaths: 1,
        steps: 0,
        meanAge: 0,
        harmPer1000Steps: null,
      },
    ],
  );
});

Deno.test("statistics are read over HTTP, by group, agent and time", async () => {
  using house = livedIn();
  const api = new Caller(house);
  const survival = async (query: string): Promise<{ key: string; lives: number }[]> =>
    (await api.json(200, "GET", `/v1/stats/survival${query}`) as {
      groups: { key: string; lives: number }[];
    }).groups;
  assertEquals((await survival("")).map(({ key, lives }) => [key, lives]), [["all", 3]]);
  assertEquals((await survival("?by=agent&agent=ada")).length, 1);
  assertEquals(await survival("?agent=bob"), []);
  assertEquals(await survival("?since=6001"), []);
  const causes = await api.json(200, "GET", "/v1/stats/causes?by=agent") as {
    groups: { causes: { cause: string }[] }[];
  };
  assertEquals(causes.groups[0]?.causes.map(({ cause }) => cause), ["hang", "harm"]);
  house.store.recordPolicyVersion({
    version: 0,
    parent: null,
    hash: "h",
    createdAtMs: 1,
    metrics: {},
  });
  const { versions } = await api.json(200, "GET", "/v1/stats/learning") as { versions: unknown[] };
  assertEquals(versions.length, 1);
});

Deno.test("a figure stands while nothing happens, and for twenty times as long as it took", () => {
  const clock = new SimulatedClock();
  let event = 1;
  let made = 0;
  const kept = new KeptFigures(clock, { lastEvent: () => event });
  const ask = (question = "a"): string =>
    kept.figure(question, () => {
      clock.advance(10);
      return ++made;
    }).text;
  assertEquals([ask(), ask(), ask("b")], ["1", "1", "2"]);
  clock.advance(1e6);
  assertEquals(ask(), "1");
  event = 2;
  assertEquals(ask(), "3");
  event = 3;
  clock.advance(200);
  assertEquals([ask(), kept.figure("a", () => "new").event], ["3", 2]);
  clock.advance(1);
  assertEquals([ask(), ask()], ["4", "4"]);
});
