import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import { createModel, guardedModel } from "../../src/llm/mod.ts";
import { json, type Reply, SilentServer, withServer } from "./support.ts";

const dialects = {
  ollama: { spec: "ollama:qwen-test:1b", env: (url: string) => ({ OLLAMA_HOST: url }) },
  openai: {
    spec: "openai:gpt-test",
    env: (url: string) => ({ OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: "sk-test" }),
  },
} as const;
type Dialect = keyof typeof dialects;

async function ready(dialect: Dialect, url: string, readyMs?: number): Promise<void> {
  const { spec, env } = dialects[dialect];
  const known: Record<string, string> = env(url);
  const limits = readyMs === undefined ? {} : { readyMs };
  await createModel(spec, { env: (name) => known[name], limits }).ready?.();
}

const unknown = {
  ollama: json({ error: "model 'qwen-test:1b' not found" }, 404),
  openai: json({
    error: { message: "The model 'gpt-test' does not exist", code: "model_not_found" },
  }, 404),
} as const;

const refused: { name: string; dialect: Dialect; reply: Reply; says: RegExp; hint: RegExp }[] = [
  {
    name: "ollama without the model",
    dialect: "ollama",
    reply: unknown.ollama,
    says: /^ollama:qwen-test:1b has no answer: 404 model 'qwen-test:1b' not found$/,
    hint: /ollama pull qwen-test:1b/,
  },
  {
    name: "openai without the model",
    dialect: "openai",
    reply: unknown.openai,
    says: /404 The model 'gpt-test' does not exist$/,
    hint: /curl http:.*\/v1\/models/,
  },
  {
    name: "openai that does not know the key",
    dialect: "openai",
    reply: json({ error: { message: "Incorrect API key provided", code: "invalid_api_key" } }, 401),
    says: /401 Incorrect API key provided$/,
    hint: /OPENAI_API_KEY/,
  },
];

Deno.test.each(refused)("$name is not ready", async ({ dialect, reply, says, hint }) => {
  await withServer([reply], async ({ url, requests }) => {
    const error = await assertRejects(() => ready(dialect, url), VivariumError);
    assertEquals(error.code, "provider");
    assertMatch(error.message, says);
    assertMatch(error.hint ?? "", hint);
    assertEquals(requests.length, 1);
  });
});

const served: { name: string; dialect: Dialect; reply: Reply }[] = [
  { name: "ollama that has it", dialect: "ollama", reply: json({ details: {} }) },
  { name: "ollama that is busy", dialect: "ollama", reply: json({ error: "busy" }, 503) },
  { name: "ollama that says it oddly", dialect: "ollama", reply: () => new Response("{ this") },
  { name: "openai that has it", dialect: "openai", reply: json({ id: "gpt-test" }) },
  { name: "openai that is busy", dialect: "openai", reply: json({ error: {} }, 429) },
  {
    name: "a key that may not look at models",
    dialect: "openai",
    reply: json({ error: { message: "Missing scopes: api.model.read", code: null } }, 401),
  },
  {
    name: "a compatible server that is not asked for single models",
    dialect: "openai",
    reply: json({ error: { message: "File Not Found", type: "not_found_error" } }, 404),
  },
];

Deno.test.each(served)("$name is ready: what may pass is no reason to refuse", async (one) => {
  await withServer([one.reply], async ({ url }) => await ready(one.dialect, url));
});

Deno.test.each(
  [
    { dialect: "ollama", says: /is Ollama running at http:\/\/127\.0\.0\.1/, hint: /ollama serve/ },
    { dialect: "openai", says: /nobody answers at http:\/\/127.*\/v1$/, hint: /OPENAI_BASE_URL/ },
  ] as const,
)("$dialect: where nobody listens it is not ready", async ({ dialect, says, hint }) => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const error = await assertRejects(
    () => ready(dialect, `http://127.0.0.1:${port}`),
    VivariumError,
  );
  assertMatch(error.message, says);
  assertMatch(error.hint ?? "", hint);
});

Deno.test.each(["ollama", "openai"] as const)(
  "%s: a server that never answers is not waited for, and hung up on",
  async (dialect) => {
    using server = new SilentServer();
    const error = await assertRejects(() => ready(dialect, server.url, 300), VivariumError);
    assertMatch(error.message, /no answer within 300 ms/);
    await server.until(1, 1);
  },
);

Deno.test("a model of one's own need not say whether it is ready; what it says wrong is the provider's", async () => {
  const own = {
    spec: "own",
    complete: () => Promise.reject(new Error("never asked")),
    close: () => Promise.resolve(),
  };
  await guardedModel(own).ready?.();
  const error = await assertRejects(
    async () =>
      await guardedModel({ ...own, ready: () => Promise.reject(new Error("no disk")) }).ready?.(),
    VivariumError,
    "own has no answer: no disk",
  );
  assertEquals(error.code, "provider");
});
