import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import { createModel, parseModelSpec } from "../../src/llm/mod.ts";

Deno.test.each([
  { spec: "policy", parsed: { kind: "policy" } },
  { spec: "random", parsed: { kind: "random" } },
  { spec: "scripted:./a:b.jsonl", parsed: { kind: "scripted", file: "./a:b.jsonl" } },
  { spec: "ollama:qwen3:4b", parsed: { kind: "ollama", model: "qwen3:4b" } },
  { spec: "openai:org/model", parsed: { kind: "openai", model: "org/model" } },
])("parseModelSpec() reads $spec", ({ spec, parsed }) => {
  assertEquals<unknown>(parseModelSpec(spec), parsed);
});

Deno.test.each(
  ["", "gpt", "policy:", "policy:x", "ollama", "ollama:", "openai: ", ":x", "Scripted:x"].map(
    (spec) => ({ spec }),
  ),
)("parseModelSpec() refuses '$spec' and names the valid forms", ({ spec }) => {
  const error = assertThrows(() => parseModelSpec(spec), VivariumError);
  assertEquals(error.code, "bad-usage");
  assertMatch(error.message, new RegExp(`'${spec}'`));
  assertMatch(error.hint ?? "", /policy, random, scripted:FILE, ollama:MODEL or openai:MODEL/);
});

const refusedAtStart: { name: string; spec: string; env: Record<string, string>; says: RegExp }[] =
  [
    {
      name: "no key for OpenAI's own server",
      spec: "openai:m",
      env: {},
      says: /OPENAI_API_KEY is not set/,
    },
    {
      name: "an empty key",
      spec: "openai:m",
      env: { OPENAI_API_KEY: " " },
      says: /OPENAI_API_KEY is not set/,
    },
    {
      name: "a base URL that is none",
      spec: "openai:m",
      env: { OPENAI_BASE_URL: "localhost" },
      says: /OPENAI_BASE_URL: 'localhost'/,
    },
    {
      name: "a host that is none",
      spec: "ollama:m",
      env: { OLLAMA_HOST: "http://:x" },
      says: /OLLAMA_HOST/,
    },
  ];

Deno.test.each(refusedAtStart)("createModel() refuses $name at once", ({ spec, env, says }) => {
  const error = assertThrows(() => createModel(spec, { env: (name) => env[name] }), VivariumError);
  assertEquals(error.code, "bad-usage");
  assertMatch(error.message, says);
  assertMatch(error.hint ?? "", /\S/);
});
