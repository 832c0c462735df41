import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import { createModel, EndOfScript, type Model } from "../../src/llm/mod.ts";
import { ask } from "./support.ts";

function scripted(text: string): Model {
  return createModel("scripted:play.jsonl", { readText: () => text });
}

const play = [
  '{"agent": "ada", "response": "a1"}',
  '{"response": "any1"}',
  "",
  '{"agent": "bob", "response": "b1"}',
  '{"agent": "ada", "response": "a2"}',
  '{"response": "any2"}',
].join("\n") + "\n";

Deno.test("a script gives each agent its own lines and the free ones, in the order of the file", async () => {
  const model = scripted(play);
  const says = async (agent: string): Promise<string> =>
    (await model.complete(ask({ agent }))).text;
  assertEquals(await says("bob"), "any1");
  assertEquals([await says("ada"), await says("ada")], ["a1", "a2"]);
  assertEquals([await says("bob"), await says("bob")], ["b1", "any2"]);
  for (const agent of ["ada", "bob", "cyd"]) await assertRejects(() => says(agent), EndOfScript);
});

Deno.test("a script's end for one agent is not the end for another", async () => {
  const model = scripted('{"agent": "bob", "response": "b1"}');
  await assertRejects(() => model.complete(ask()), EndOfScript);
  assertEquals((await model.complete(ask({ agent: "bob" }))).text, "b1");
});

Deno.test("a line is spoken once, however many agents ask", async () => {
  const lines = Array.from({ length: 1000 }, (_, index) => `{"response": "${index}"}`).join("\n");
  const model = scripted(lines);
  const heard = await Promise.all(
    Array.from({ length: 1000 }, (_, index) => model.complete(ask({ agent: `a${index % 7}` }))),
  );
  assertEquals(heard.map(({ text }) => Number(text)), Array.from({ length: 1000 }, (_, n) => n));
});

const malformed: { name: string; line: string }[] = [
  { name: "is not JSON", line: '{"response": ' },
  { name: "is not an object", line: '"return 1"' },
  { name: "has no response", line: '{"respond": "return 1"}' },
  { name: "has a response that is no text", line: '{"response": 1}' },
  { name: "has an unknown field", line: '{"response": "", "agnet": "ada"}' },
  { name: "names an agent as none can be named", line: '{"response": "", "agent": "Ada!"}' },
];

Deno.test.each(malformed)(
  "a script with a line that $name is refused, with its number",
  ({ line }) => {
    const error = assertThrows(() => scripted(`{"response": "ok"}\n\n${line}\n`), VivariumError);
    assertEquals(error.code, "script");
    assertMatch(error.message, /'play\.jsonl': line 3: ./);
    assertEquals(error.message.includes("\n"), false);
    assertMatch(error.hint ?? "", /response/);
  },
);

Deno.test("a script that is not there is refused", () => {
  const error = assertThrows(() => createModel("scripted:/none/x.jsonl", {}), VivariumError);
  assertEquals(error.code, "script");
  assertMatch(error.message, /none\/x\.jsonl/);
});
