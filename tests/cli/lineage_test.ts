import { assertEquals } from "@std/assert";
import { lineageLines } from "../../src/cli/words/lineage.ts";

const genome = (hash: string, parent: string | null, causes: readonly string[] = []) => ({
  hash: hash.padEnd(64, hash),
  parent: parent === null ? null : parent.padEnd(64, parent),
  life: 1,
  step: parent === null ? 0 : 1,
  deaths: causes.map((cause, index) => ({ id: index + 1, cause })),
});

Deno.test("lineageLines() sets branches in, and keeps the newest way straight", () => {
  const lines = lineageLines([
    genome("a", null),
    genome("b", "a", ["hang"]),
    genome("c", "b"),
    genome("d", "b"),
    genome("e", "a", ["harm", "hang", "hang", "exit"]),
    genome("f", "e"),
    genome("g", null),
  ]);
  assertEquals(lines, [
    "● aaaaaaaaaaaa  life 1, born with it",
    "├─● bbbbbbbbbbbb  life 1, step 1  ✗ hang (death 1)",
    "│ ├─● cccccccccccc  life 1, step 1",
    "│ ● dddddddddddd  life 1, step 1",
    "● eeeeeeeeeeee  life 1, step 1  ✗ 4 deaths: 2 hang, 1 harm, 1 exit",
    "● ffffffffffff  life 1, step 1",
    "● gggggggggggg  life 1, born with it",
  ]);
});

Deno.test("lineageLines() draws a way of 10,000 edits in one column", () => {
  const hash = (n: number): string => String(n).padStart(64, "0");
  const way = Array.from({ length: 10_000 }, (_, n) => ({
    ...genome("a", null),
    hash: hash(n),
    parent: n === 0 ? null : hash(n - 1),
  }));
  const lines = lineageLines(way);
  assertEquals(lines.length, 10_000);
  assertEquals(lines.at(-1)?.indexOf("●"), 0);
});
