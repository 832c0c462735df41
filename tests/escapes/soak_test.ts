import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { seededRandom } from "../../src/core/random.ts";
import { Deck, Mouths } from "../../scripts/escapes/attackers.ts";
import { laterCode } from "../../scripts/escapes/arena.ts";
import { parseCorpus } from "../../scripts/escapes/corpus.ts";
import type { Row } from "../../scripts/escapes/run.ts";
import { differencesOf } from "../../scripts/escapes/table.ts";
import { quantile, type Sample, slopeOf, startGauge } from "../../scripts/escapes/gauge.ts";

const row = (id: string) => JSON.stringify({ id, category: "c", code: "", expected: "denied" });
const attacks = parseCorpus(["a", "b", "c", "d", "e", "f", "g", "h"].map(row).join("\n"));

Deno.test("Deck gives every attack once before any twice, in an order that is the seed's", () => {
  const draw = (seed: number, count: number) => {
    const deck = new Deck(attacks, seededRandom(seed));
    return Array.from({ length: count }, () => deck.draw().id);
  };
  const two = draw(1, 16);
  assertEquals(two.slice(0, 8).toSorted(), ["a", "b", "c", "d", "e", "f", "g", "h"]);
  assertEquals(two.slice(8).toSorted(), two.slice(0, 8).toSorted());
  assertEquals(draw(1, 16), two);
  assert(draw(2, 8).join() !== draw(1, 8).join());
});

Deno.test("Mouths says an attack once, to whom it was given, and then what is harmless", () => {
  const mouths = new Mouths();
  mouths.say("eve", "attack()");
  assertEquals(mouths.answer("mallory"), laterCode);
  assertEquals(mouths.answer("eve"), "attack()");
  assertEquals(mouths.answer("eve"), laterCode);
});

Deno.test("slopeOf() is the growth a minute, and 0 where nothing can be said", () => {
  const sample = (minute: number, rssMb: number): Sample => ({
    atMs: 60_000 * minute,
    rssMb,
    descriptors: 20,
    processes: 0,
  });
  const samples = [sample(0, 100), sample(1, 103), sample(2, 106), sample(4, 112)];
  assertAlmostEquals(slopeOf(samples, "rssMb"), 3);
  assertAlmostEquals(slopeOf(samples, "descriptors"), 0);
  assertEquals(slopeOf([sample(1, 100)], "rssMb"), 0);
});

Deno.test("quantile() is a value that was measured", () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  assertEquals([quantile(values, 0.5), quantile(values, 0.99), quantile(values, 1)], [50, 99, 100]);
});

Deno.test("startGauge() knows a process that was started, until it is reaped", async () => {
  const child = new Deno.Command("sleep", { args: ["60"] }).spawn();
  using gauge = startGauge(1_000_000);
  assert(gauge.left().includes(child.pid));
  child.kill("SIGKILL");
  await child.status;
  assert(!gauge.left().includes(child.pid));
  assert((gauge.samples[0]?.processes ?? 0) >= 1);
});

Deno.test("differencesOf() names the attacks that did not come to the same in every run", () => {
  const row = (id: string, fit: Row["fit"], breaches: string[] = []): Row => ({
    ...{ id, fit, breaches, category: "c", wanted: "denied", stallMs: 0, elapsedMs: 1 },
    ...{ fates: [], text: "" },
  });
  const first = [row("a", "expected"), row("b", "expected")];
  assertEquals(differencesOf([first, [row("a", "accepted"), row("b", "explained")]]), []);
  assertEquals(differencesOf([first, [row("a", "expected", ["out"]), row("b", "unexpected")]]), [
    "a differs: held, breach",
    "b differs: held, unexpected",
  ]);
  assertEquals(differencesOf([first, [row("a", "expected")]]), ["b differs: held, missing"]);
});
