import { assert, assertEquals, assertMatch } from "@std/assert";
import type { CellLimits } from "../../src/cell/mod.ts";
import { type Cause, classify } from "../../src/death/mod.ts";
import { lethalFixtures } from "../e2e/deaths_fixture.ts";
import { birthOf, realCell, repeating, shortLimits, step, testLimits, turnOf } from "./support.ts";

/** Limits for each cause: little memory to fill, and a hang that is soon found. */
function limitsFor(cause: Cause): CellLimits {
  switch (cause) {
    case "hang":
      return shortLimits;
    case "heap":
    case "memory":
      return { ...testLimits, heapMb: 32, memoryMb: 256 };
    default:
      return testLimits;
  }
}

for (const fixture of lethalFixtures) {
  Deno.test(`a cell reports facts that tell '${fixture.cause}' when there is ${fixture.name}`, async () => {
    const folder = await Deno.makeTempDir();
    const witness = `${folder}/keep.txt`;
    await Deno.writeTextFile(witness, "here");
    try {
      const limits = limitsFor(fixture.cause);
      await using cell = await realCell(limits);
      assert((await cell.birth(birthOf(undefined, limits))).lived);
      const response = fixture.response.replaceAll("{{DIR}}", folder);
      let outcome = await cell.turn(turnOf(), repeating(response));
      if (fixture.later === true) {
        assert(outcome.lived, "the edit itself is lived through");
        outcome = await step(cell, "return 1;", 1);
      }
      assert(!outcome.lived, "it must die");
      const verdict = classify(outcome.facts);
      assertEquals(verdict.cause, fixture.cause, JSON.stringify(outcome.facts));
      assert(verdict.message.length > 0);
      assert(outcome.facts.detectedMs >= 0);
      if (fixture.evidence !== undefined) {
        assertMatch(`${verdict.message} ${JSON.stringify(verdict.evidence)}`, fixture.evidence);
      }
      if (!cell.usable) return;
      assert((await cell.birth(birthOf())).lived, "the next life is born in the same cell");
      const next = await step(cell, "return 'alive';");
      assert(next.lived);
      assertEquals(next.returned, "alive");
    } finally {
      assertEquals(await Deno.readTextFile(witness), "here", "nothing was touched");
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test.each<[string, string, readonly string[]]>([
  ["of a response", "const a = 1;\nreturn missing(a);", ["the response (line 2)"]],
  ["of a function", "function f() {\n\n  missing();\n}\nf();", [
    "f (line 3)",
    "the response (line 5)",
  ]],
  ["after a wait", "await null;\nmissing();", ["the response (line 2)", "async execute (line 3)"]],
])(
  "a stack names the agent's own functions by line, and nothing of the shell: %s",
  async (_of, response, first) => {
    await using cell = await realCell();
    await cell.birth(birthOf());
    const outcome = await step(cell, response);
    assert(!outcome.lived);
    const frames = outcome.facts.fault?.stack?.split("\n") ?? [];
    assertEquals(frames.slice(0, first.length), first.map((frame) => `at ${frame}`));
    for (const frame of frames) assertMatch(frame, /^at .+ \(line \d+\)$/);
  },
);
