import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { GenomeHash } from "../../src/core/ids.ts";
import {
  afterStep,
  type Ancestor,
  type Ancestry,
  beginAncestry,
  presentOf,
  recallAncestry,
  resurrect,
  type Resurrection,
} from "../../src/supervisor/ancestry.ts";

/** `A1` is genome A with query 1. */
function ancestor(text: string): Ancestor {
  return { genome: text[0] as GenomeHash, query: text.slice(1) };
}

function show({ path, born }: Ancestry): string {
  const steps = path.map(({ genome, query }, index) =>
    index === born ? `[${genome}${query}]` : `${genome}${query}`
  );
  return steps.join(" ");
}

/** Lives a story: `A1` is a step that led there, `!` a death, `!!` a repeated early one. */
function live(story: string, rule: Resurrection = "last"): Ancestry {
  const counts = new Map<GenomeHash, number>();
  const lived = (genome: GenomeHash): number => counts.get(genome) ?? 0;
  return story.split(" ").reduce<Ancestry>((ancestry, word) => {
    if (word === "!") return resurrect(ancestry, { from: "last", rule, lived });
    if (word === "!!") return resurrect(ancestry, { from: "further", rule, lived });
    const { genome } = ancestor(word);
    counts.set(genome, lived(genome) + 1);
    return afterStep(ancestry, ancestor(word));
  }, beginAncestry(ancestor("A0")));
}

Deno.test.each<[string, string]>([
  // A step without an edit keeps the pristine start apart from what came of it.
  ["A1", "[A0] A1"],
  ["A1 A2 A3", "[A0] A3"],
  ["B1 B2 C3", "[A0] B2 C3"],
  // A death goes on from the last genome that lived.
  ["B1 C2 !", "A0 B1 [C2]"],
  // Repeated early deaths go one further back each, from what the life was born from.
  ["B1 C2 ! !!", "A0 [B1]"],
  ["B1 C2 ! !! !!", "[A0]"],
  ["B1 C2 ! !! !! !! !!", "[A0]"],
  // What a life that died early had edited is gone, too.
  ["B1 C2 ! D3 !!", "A0 [B1]"],
  // From the first genome with a later query, one back is the first query again.
  ["A1 ! !!", "[A0]"],
  // A life that was proven goes on from there.
  ["B1 C2 ! !! E3 E4 !", "A0 B1 [E4]"],
  // Back to an old genome by an edit is a step forward.
  ["B1 A2 !", "A0 B1 [A2]"],
])("the way of an agent after %s is %s", (story, expected) => {
  assertEquals(show(live(story)), expected);
});

Deno.test.each<[Resurrection, string, string]>([
  // The last genome with which so many steps were lived; where there is none, the first.
  [{ lastGood: 3 }, "B1 B2 B3 C4 C5 !", "A0 [B3]"],
  [{ lastGood: 2 }, "B1 B2 B3 C4 C5 !", "A0 B3 [C5]"],
  [{ lastGood: 4 }, "B1 B2 B3 C4 C5 !", "[A0]"],
  // What was lived before a death counts on.
  [{ lastGood: 2 }, "B1 B2 C3 ! C4 C5 !", "A0 B2 [C5]"],
  [{ lastGood: 2 }, "B1 ! B2 !", "A0 [B2]"],
  // A genome that kills early is gone back from, good or not.
  [{ lastGood: 2 }, "B1 B2 C3 C4 ! !!", "A0 [B2]"],
  [{ lastGood: 2 }, "B1 C2 D3 D4 ! !!", "[A0]"],
  // So many edits before the last one, and never back to where the life was born.
  [{ ancestor: 1 }, "B1 C2 D3 !", "A0 B1 [C2]"],
  [{ ancestor: 2 }, "B1 C2 D3 !", "A0 [B1]"],
  [{ ancestor: 9 }, "B1 C2 D3 !", "[A0]"],
  [{ ancestor: 1 }, "B1 C2 D3 ! !!", "A0 [B1]"],
  [{ ancestor: 1 }, "B1 C2 D3 ! E4 F5 !!", "A0 [B1]"],
  ["first", "B1 C2 !", "[A0]"],
])("by the rule %j the way after %s is %s", (rule, story, expected) => {
  assertEquals(show(live(story, rule)), expected);
});

const rules = fc.oneof(
  fc.constantFrom<Resurrection>("last", "first"),
  fc.integer({ min: 1, max: 5 }).map((lastGood) => ({ lastGood })),
  fc.integer({ min: 1, max: 5 }).map((ancestor) => ({ ancestor })),
);

Deno.test("resurrect() goes back to a genome of the way, never forward, and by the first in the end", () => {
  const words = fc.array(fc.constantFrom("B1", "C2", "D3", "E4", "!", "!!"), { minLength: 1 });
  fc.assert(fc.property(words, rules, (story, rule) => {
    const before = live(story.join(" "), rule);
    const after = resurrect(before, { from: "last", rule });
    assert(show(before).replaceAll(/[[\]]/g, "").startsWith(show(after).replaceAll(/[[\]]/g, "")));
    let way = after;
    for (let death = 0; death < before.path.length; death++) {
      way = resurrect(way, { from: "further", rule });
    }
    assertEquals(show(way), "[A0]");
  }));
});

Deno.test("afterStep() remembers a bounded way that always begins at the first", () => {
  let ancestry = beginAncestry({ genome: "first" as GenomeHash, query: "q" });
  for (let step = 0; step < 500; step++) {
    ancestry = afterStep(ancestry, { genome: `g${step}` as GenomeHash, query: "" });
  }
  assertEquals(ancestry.path.length, 64);
  assertEquals(ancestry.path[0].genome, "first");
  assertEquals(presentOf(ancestry).genome, "g499");
  for (let death = 0; death < 70; death++) ancestry = resurrect(ancestry, { from: "further" });
  assertEquals(ancestry.path.map(({ genome }) => genome), ["first"]);
});

Deno.test.each<[string, string[], string, string]>([
  ["a fresh agent", [], "A0", "[A0]"],
  ["a first genome that has gone on", ["A5"], "A5", "A0 [A5]"],
  ["the newest genome", ["C3", "B2", "A1"], "C3", "A0 A1 B2 [C3]"],
  ["a genome that was gone back to", ["D4", "C3", "B2"], "C3", "A0 B2 [C3]"],
  ["the very first, gone back to", ["C3", "B2", "A1"], "A0", "[A0]"],
])("recallAncestry() reads the way back for %s", (_name, lineage, present, expected) => {
  const found = recallAncestry(ancestor("A0"), lineage.map(ancestor), ancestor(present));
  assertEquals(show(found), expected);
});

Deno.test("resurrect() from the first forgets all that came after it", () => {
  const first = { genome: "a", query: "q" } as unknown as Ancestor;
  const later = { genome: "b", query: "r" } as unknown as Ancestor;
  const { path, born } = resurrect(afterStep(beginAncestry(first), later), { from: "first" });
  assertEquals([path, born], [beginAncestry(first).path, 0]);
});
