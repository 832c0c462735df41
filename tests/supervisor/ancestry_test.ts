import { assertEquals } from "@std/assert";
import type { GenomeHash } from "../../src/core/ids.ts";
import {
  afterStep,
  type Ancestor,
  type Ancestry,
  beginAncestry,
  presentOf,
  recallAncestry,
  resurrect,
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
function live(story: string): Ancestry {
  return story.split(" ").reduce<Ancestry>((ancestry, word) => {
    if (word === "!") return resurrect(ancestry, "last");
    if (word === "!!") return resurrect(ancestry, "further");
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

Deno.test("afterStep() remembers a bounded way that always begins at the first", () => {
  let ancestry = beginAncestry({ genome: "first" as GenomeHash, query: "q" });
  for (let step = 0; step < 500; step++) {
    ancestry = afterStep(ancestry, { genome: `g${step}` as GenomeHash, query: "" });
  }
  assertEquals(ancestry.path.length, 64);
  assertEquals(ancestry.path[0].genome, "first");
  assertEquals(presentOf(ancestry).genome, "g499");
  for (let death = 0; death < 70; death++) ancestry = resurrect(ancestry, "further");
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
  assertEquals(resurrect(afterStep(beginAncestry(first), later), "first"), beginAncestry(first));
});
