import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { seededRandom, seedFrom } from "../../src/core/random.ts";

Deno.test("seededRandom() gives the same numbers when the seed is the same", () => {
  const [a, b] = [seededRandom(7), seededRandom(7)];
  for (let index = 0; index < 100; index++) assertEquals(a.next(), b.next());
});

Deno.test("seededRandom() is uniform in [0, 1) when drawn often", () => {
  const random = seededRandom(1);
  const bins = new Array<number>(10).fill(0);
  for (let index = 0; index < 100_000; index++) {
    const value = random.next();
    assert(value >= 0 && value < 1);
    const bin = Math.floor(value * 10);
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  // Chi-square with 9 degrees of freedom: 27.9 is the 0.999 quantile.
  const chi = bins.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
  assert(chi < 27.9, `chi-square ${chi}`);
});

Deno.test("seedFrom() differs when any part differs", () => {
  const seeds = [
    seedFrom(1, "ada", 1, 1),
    seedFrom(2, "ada", 1, 1),
    seedFrom(1, "bob", 1, 1),
    seedFrom(1, "ada", 11, 1),
    seedFrom(1, "ada", 1, 11),
    seedFrom(1, "ada1", 1, 1),
  ];
  assertEquals(new Set(seeds).size, seeds.length);
  assertNotEquals(seededRandom(seeds[0]!).next(), seededRandom(seeds[1]!).next());
});

Deno.test("seededRandom() keeps its numbers over releases, since lives are replayed from seeds", () => {
  const random = seededRandom(42);
  assertEquals([random.next(), random.next(), random.next()].map((value) => value * 2 ** 32), [
    1518397874,
    271658881,
    2061353271,
  ]);
});
