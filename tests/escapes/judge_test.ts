import { assertEquals, assertThrows } from "@std/assert";
import type { Died, Lived, Outcome } from "../../src/cell/mod.ts";
import type { Json } from "../../src/core/json.ts";
import type { DeathFacts } from "../../src/death/mod.ts";
import { firstGenome } from "../../src/genome/mod.ts";
import { laterAnswer, type Observation } from "../../scripts/escapes/arena.ts";
import { type Attack, parseCorpus } from "../../scripts/escapes/corpus.ts";
import { judge, type Outside } from "../../scripts/escapes/judge.ts";

const usage = { elapsedMs: 1, busyMs: 1, rssBytes: 1, printBytes: 0, messages: 0, modelCalls: 0 };

function lived(returned: Json, prints: readonly string[] = []): Lived {
  const nothing = { edited: [], dropped: [], used: [], attempts: [], query: "" };
  return { lived: true, genome: firstGenome, prints, returned, usage, ...nothing };
}

function died(facts: Partial<DeathFacts>): Died {
  const bare = { phase: "turn", stderr: "", detectedMs: 1 } as const;
  return { lived: false, facts: { ...bare, ...facts }, prints: [], attempts: [], usage };
}

const row: Attack = {
  id: "x",
  category: "y",
  code: "",
  expected: "denied",
  accept: ["contained-death:cpu"],
  notes: "",
};
const quiet: Outside = { touched: [], siblingWrongs: [], stallMs: 3, secret: "s3cret" };

function verdictOf(outcome: Outcome, seen: Partial<Observation> = {}, outside = {}, code = "") {
  const observation = {
    outcome,
    next: undefined,
    later: undefined,
    calls: [],
    idle: undefined,
    strays: [],
  };
  return judge(row, code, { ...observation, ...seen }, { ...quiet, ...outside }, {});
}

Deno.test("judge() tells fates from outcomes", () => {
  const rows: readonly (readonly [Outcome, string, string])[] = [
    [lived("denied: no"), "denied", "expected"],
    [lived(null), "harmless denied", "expected"],
    [lived(42), "harmless", "unexpected"],
    [died({ fault: { kind: "harm", message: "" } }), "denied", "expected"],
    [
      died({ fault: { kind: "exception", message: "" } }),
      "denied contained-death:error",
      "expected",
    ],
    [died({ deadlineMs: 2000 }), "contained-death:cpu contained-death:stall", "accepted"],
    [died({ memory: { rssBytes: 2, limitBytes: 1 } }), "contained-death:memory", "unexpected"],
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
    thrown: verdictOf(died({ fault: { kind: "exception", message: "BREACH" } })),
    "in the turn after": verdictOf(fine, { next: lived("BREACH") }),
    "a canary": verdictOf(fine, {}, { touched: ["a TCP connection came"] }),
    "the secret, anywhere": verdictOf(lived({ deep: ["a s3cret z"] })),
    "the sibling": verdictOf(fine, {}, { siblingWrongs: ["it died"] }),
    "a stall": verdictOf(fine, {}, { stallMs: 501 }),
    "a process left": verdictOf(fine, { strays: [7] }),
    "a call out of nothing": verdictOf(fine, { calls: ["send B"] }),
    "a later life that differs": verdictOf(fine, { later: lived("pwn") }),
    "a later life that dies": verdictOf(fine, { later: died({}) }),
  };
  for (const [where, verdict] of Object.entries(breaches)) {
    assertEquals(verdict.breaches.length, 1, where);
  }
});

Deno.test("judge() finds none where there is none", () => {
  const seen = { next: lived("x"), later: lived(laterAnswer), calls: ["llm q", "send B"] };
  const verdict = verdictOf(lived("denied"), seen, { stallMs: 499 }, "this.send('B', 1)");
  assertEquals(verdict.breaches, []);
});

Deno.test("judge() passes over a claim only where it is explained to the letter", () => {
  const seen = { next: undefined, later: undefined, calls: [], idle: undefined, strays: [] };
  const explanations = {
    x: { granted: "BREACH:2 names", accept: ["harmless" as const], why: "they are its own" },
  };
  const verdict = (text: string, outside = {}) =>
    judge(row, "", { outcome: lived(text), ...seen }, { ...quiet, ...outside }, explanations);
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
