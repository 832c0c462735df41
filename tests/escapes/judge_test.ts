import { assertEquals, assertThrows } from "@std/assert";
import type { Json } from "../../src/core/json.ts";
import type { Cause } from "../../src/death/mod.ts";
import { type Ending, laterAnswer, type Observation } from "../../scripts/escapes/arena.ts";
import { type Attack, parseCorpus } from "../../scripts/escapes/corpus.ts";
import { walls } from "../../scripts/escapes/walls/mod.ts";
import { judge, type Outside } from "../../scripts/escapes/judge.ts";

function lived(returned: Json, prints: readonly string[] = []): Ending {
  return { lived: true, returned, prints, attempts: [] };
}

function died(cause: Cause, message = ""): Ending {
  return { lived: false, cause, message, prints: [], attempts: [] };
}

const row: Attack = {
  id: "x",
  category: "y",
  code: "",
  expected: "denied",
  accept: ["contained-death:cpu"],
  notes: "",
};
const quiet: Outside = {
  touched: [],
  siblingWrongs: [],
  letters: [],
  secret: "s3cret",
};

const nothing = { next: undefined, later: undefined, idle: [], strays: [], record: "" };

function verdictOf(outcome: Ending, seen: Partial<Observation> = {}, outside = {}) {
  return judge(row, { outcome, ...nothing, ...seen }, { ...quiet, ...outside }, {});
}

Deno.test("judge() tells fates from outcomes", () => {
  const rows: readonly (readonly [Ending, string, string])[] = [
    [lived("denied: no"), "denied", "expected"],
    [lived(null), "harmless denied", "expected"],
    [lived(42), "harmless", "unexpected"],
    [died("harm"), "denied", "expected"],
    [died("exception"), "denied contained-death:error", "expected"],
    [died("hang"), "contained-death:cpu contained-death:stall", "accepted"],
    [died("memory"), "contained-death:memory", "unexpected"],
  ];
  for (const [outcome, fates, fit] of rows) {
    const verdict = verdictOf(outcome);
    assertEquals([verdict.fates.join(" "), verdict.fit, verdict.breaches], [fates, fit, []]);
  }
});

Deno.test("judge() finds a breach wherever it shows", () => {
  const fine = lived("denied");
  const breaches: Readonly<Record<string, ReturnType<typeof verdictOf>>> = {
    returned: verdictOf(lived("BREACH:read x")),
    printed: verdictOf(lived(1, ["BREACH"])),
    thrown: verdictOf(died("exception", "BREACH")),
    "in the turn after": verdictOf(fine, { next: lived("BREACH") }),
    "a canary": verdictOf(fine, {}, { touched: ["a TCP connection came"] }),
    "the secret, anywhere": verdictOf(fine, { record: '{"deep":["a s3cret z"]}' }),
    "the sibling": verdictOf(fine, {}, { siblingWrongs: ["it died"] }),
    "a cell that ends unasked": verdictOf(fine, { idle: ["forgery: a frame"] }),
    "a process left": verdictOf(fine, { strays: [7] }),
    "a letter out of nothing": verdictOf(fine, {}, { letters: [{ kind: "tell", from: "a-x" }] }),
    "a later life that differs": verdictOf(fine, { later: lived("pwn") }),
    "a later life that dies": verdictOf(fine, { later: died("hang") }),
  };
  for (const [where, verdict] of Object.entries(breaches)) {
    assertEquals(verdict.breaches.length, 1, where);
  }
});

Deno.test("every wall that an attack names can be taken out, and every wall has an attack", async () => {
  const corpus = parseCorpus(
    await Deno.readTextFile(new URL("escapes.jsonl", import.meta.url)),
  );
  const named = new Set(corpus.flatMap(({ wall }) => wall === undefined ? [] : [wall]));
  assertEquals([...named].sort(), walls.map(({ name }) => name).sort());
  for (const { file, find } of walls.flatMap(({ edits }) => edits)) {
    const text = await Deno.readTextFile(new URL(`../../${file}`, import.meta.url));
    assertEquals(text.split(find).length, 2, `${file}: ${find}`);
  }
});

Deno.test("judge() finds none where there is none", () => {
  const seen = { next: lived("x"), later: lived(laterAnswer) };
  const verdict = verdictOf(lived("denied"), seen, {});
  assertEquals(verdict.breaches, []);
});

Deno.test("judge() passes over a claim only where it is explained to the letter", () => {
  const explanations = {
    x: { granted: "BREACH:2 names", accept: ["harmless" as const], why: "they are its own" },
  };
  const verdict = (text: string, outside = {}) =>
    judge(
      row,
      { outcome: lived(text), ...nothing },
      { ...quiet, ...outside },
      explanations,
    );
  assertEquals(verdict("BREACH:2 names").breaches, []);
  assertEquals(verdict("BREACH:2 names").fit, "explained");
  assertEquals(verdict("BREACH:3 names").breaches, ["BREACH:3 names"]);
  assertEquals(verdict("BREACH:2 names", { touched: ["t"] }).breaches, ["t"]);
});

Deno.test("parseCorpus() names the line that is not an attack", () => {
  const line = JSON.stringify({ id: "a", category: "b", code: "", expected: "denied" });
  assertEquals(parseCorpus(`${line}\n\n`).length, 1);
  assertThrows(() => parseCorpus(`${line}\n{"id":1}`), Error, "line 2");
  assertThrows(() => parseCorpus(`${line}\n${line}`), Error, "two attacks");
});
