import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import { EndOfScript, parseModelSpec, parseScript, scriptedModel } from "../../src/llm/mod.ts";

const request = (agent: string) => ({ agent, life: 1, step: 1, call: 0, prompt: "", seed: 1 });

Deno.test("scriptedModel().complete() says the agent's own lines first, then those for anyone", async () => {
  const script = parseScript(
    [
      '{"response": "any 1"}',
      '{"response": "ada 1", "agent": "ada"}',
      "",
      '{"response": "any 2"}',
      '{"response": "ada 2", "agent": "ada"}',
    ].join("\n"),
    "test",
  );
  const model = scriptedModel("scripted:test", script);
  const said: string[] = [];
  for (const agent of ["ada", "bob", "ada", "ada"]) {
    said.push((await model.complete(request(agent))).text);
  }
  assertEquals(said, ["ada 1", "any 1", "ada 2", "any 2"]);
  await assertRejects(() => model.complete(request("bob")), EndOfScript);
});

Deno.test.each([
  ['{"response": "fine"}\nnot json', "line 2"],
  ['{"respond": "typo"}', "line 1"],
  ['{"response": 5}', "line 1"],
])("parseScript(%j) is refused with its line", (text, says) => {
  const error = assertThrows(() => parseScript(text, "s.jsonl"), VivariumError, says);
  assertEquals(error.code, "script");
});

Deno.test.each(["", "gpt", "ollama", "ollama:", "scripted:", "policy:2"])(
  "parseModelSpec(%j) is refused with a hint",
  (spec) => {
    const error = assertThrows(() => parseModelSpec(spec), VivariumError);
    assertEquals(error.code, "bad-usage");
    assertEquals(error.hint?.includes("ollama:MODEL"), true);
  },
);

Deno.test.each([
  ["policy", { kind: "policy" }],
  ["scripted:a:b.jsonl", { kind: "scripted", file: "a:b.jsonl" }],
  ["openai:gpt-5", { kind: "openai", model: "gpt-5" }],
])("parseModelSpec(%j) is read", (spec, expected) => {
  assertEquals<unknown>(parseModelSpec(spec as string), expected);
});
