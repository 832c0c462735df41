import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import { createModel, type Model, type ModelLimits } from "../../src/llm/mod.ts";
import { ask, json, type Reply, SilentServer, withServer } from "./support.ts";

/** A provider, and how its server speaks on the wire. */
interface Dialect {
  readonly name: string;
  readonly spec: string;
  readonly env: (url: string) => Record<string, string>;
  readonly path: string;
  readonly answer: Reply;
  readonly error: (message: string, status: number, headers?: Record<string, string>) => Reply;
  /** Well-formed JSON that is no answer. */
  readonly nonsense: Reply;
  /** What the request's body must hold, beside the messages. */
  readonly asked: (body: Record<string, unknown>) => unknown;
  readonly wants: unknown;
}

const dialects: Dialect[] = [
  {
    name: "openai",
    spec: "openai:gpt-test",
    env: (url) => ({ OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: "sk-test" }),
    path: "/v1/chat/completions",
    answer: json({
      id: "chatcmpl-1",
      object: "chat.completion",
      created: 1,
      model: "gpt-test-2026",
      choices: [{
        index: 0,
        finish_reason: "stop",
        logprobs: null,
        message: { role: "assistant", content: "return 1;", refusal: null },
      }],
      usage: { prompt_tokens: 11, completion_tokens: 3, total_tokens: 14 },
    }),
    error: (message, status, headers) =>
      json({ error: { message, type: "server_error", param: null, code: null } }, status, headers),
    nonsense: json({ id: "chatcmpl-1", object: "chat.completion", choices: [] }),
    asked: ({ model, seed, max_completion_tokens }) => [model, seed, max_completion_tokens],
    wants: ["gpt-test", 7, 2048],
  },
  {
    name: "ollama",
    spec: "ollama:qwen-test:1b",
    env: (url) => ({ OLLAMA_HOST: url }),
    path: "/api/chat",
    answer: json({
      model: "qwen-test:1b",
      created_at: "2026-01-01T00:00:00Z",
      message: { role: "assistant", content: "return 1;" },
      done: true,
      done_reason: "stop",
      prompt_eval_count: 11,
      eval_count: 3,
    }),
    error: (message, status, headers) => json({ error: message }, status, headers),
    nonsense: json({ model: "qwen-test:1b", done: true }),
    asked: ({ model, stream, options }) => [model, stream, options],
    wants: ["qwen-test:1b", false, { seed: 7, num_predict: 2048 }],
  },
];

function modelOf(
  dialect: Dialect,
  server: { readonly url: string },
  limits: ModelLimits = {},
): Model {
  const env = dialect.env(server.url);
  return createModel(dialect.spec, {
    env: (name) => env[name],
    limits: { backoffMs: 1, ...limits },
  });
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await assertRejects(() => work, VivariumError);
  assertEquals(error.code, "provider");
  assertEquals(error.message.includes("\n"), false);
  return error.message;
}

Deno.test.each(dialects)(
  "$name: an answer with its tokens, asked for as its server expects",
  async (dialect) => {
    await withServer([dialect.answer], async (server) => {
      const model = modelOf(dialect, server);
      assertEquals(await model.complete(ask()), {
        text: "return 1;",
        model: dialect.spec,
        tokens: { prompt: 11, completion: 3 },
      });
      const [request] = server.requests;
      assertEquals(request?.path, dialect.path);
      const body = request?.body as Record<string, unknown>;
      assertEquals(dialect.asked(body), dialect.wants);
      const messages = body["messages"] as { role: string; content: string }[];
      assertEquals(messages.map(({ role }) => role), ["system", "user"]);
      assertMatch(messages[0]?.content ?? "", /body of an async JavaScript function/);
      assertEquals(messages[1]?.content, "Define a method.");
      await model.close();
    });
  },
);

Deno.test.each(dialects)("$name: too many requests, then an answer", async (dialect) => {
  const busy = dialect.error("slow down", 429, { "retry-after": "0" });
  await withServer([busy, dialect.answer], async (server) => {
    assertEquals((await modelOf(dialect, server).complete(ask())).text, "return 1;");
    assertEquals(server.requests.length, 2);
  });
});

Deno.test.each(dialects)("$name: a server that fails is asked four times", async (dialect) => {
  await withServer([dialect.error("out of memory", 500)], async (server) => {
    const message = await refusal(modelOf(dialect, server).complete(ask()));
    assertMatch(message, /after 4 attempts/);
    assertMatch(message, /500.*out of memory/);
    assertEquals(server.requests.length, 4);
  });
});

Deno.test.each(dialects)("$name: a refused request is not repeated", async (dialect) => {
  await withServer([dialect.error("no such model", 404)], async (server) => {
    assertMatch(await refusal(modelOf(dialect, server).complete(ask())), /404.*no such model/);
    assertEquals(server.requests.length, 1);
  });
});

Deno.test.each(dialects)("$name: no server, no answer", async (dialect) => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  const server = { url: `http://127.0.0.1:${port}` };
  assertMatch(await refusal(modelOf(dialect, server).complete(ask())), /after 4 attempts/);
});

Deno.test.each(dialects)(
  "$name: an answer that does not come in time is not waited for",
  async (dialect) => {
    using server = new SilentServer();
    const model = modelOf(dialect, server, { timeoutMs: 500 });
    assertMatch(await refusal(model.complete(ask())), /no answer within 500 ms/);
    await server.until(1, 1);
    assertEquals(server.connected, 1);
  },
);

const strange: { name: string; reply: (dialect: Dialect) => Reply }[] = [
  {
    name: "is not JSON",
    reply: () => () =>
      new Response("{ this is not", { headers: { "content-type": "application/json" } }),
  },
  {
    name: "is a page",
    reply: () => () =>
      new Response("<html>hello</html>", { headers: { "content-type": "text/html" } }),
  },
  { name: "is empty", reply: () => () => new Response("") },
  { name: "holds no message", reply: ({ nonsense }) => nonsense },
];

for (const { name, reply } of strange) {
  Deno.test.each(dialects)(`$name: an answer that ${name} is none`, async (dialect) => {
    await withServer([reply(dialect)], async (server) => {
      assertMatch(await refusal(modelOf(dialect, server).complete(ask())), /answer/);
      assertEquals(server.requests.length, 1);
    });
  });
}

Deno.test.each(dialects)(
  "$name: a call that is given up hangs up, and closing gives up all",
  async (dialect) => {
    using server = new SilentServer();
    const model = modelOf(dialect, server);
    const abort = new AbortController();
    const first = refusal(model.complete(ask({ signal: abort.signal })));
    const second = refusal(model.complete(ask()));
    await server.until(2, 0);
    abort.abort();
    assertMatch(await first, /given up/);
    await server.until(2, 1);
    await model.close();
    assertMatch(await second, /given up/);
    await server.until(2, 2);
    assertMatch(await refusal(model.complete(ask())), /given up/);
    assertEquals(server.connected, 2);
  },
);

Deno.test("openai: the key goes to the server; without one, a server of one's own gets a dummy", async () => {
  const [openai] = dialects;
  assert(openai !== undefined);
  await withServer([openai.answer], async (server) => {
    await modelOf(openai, server).complete(ask());
    const keyless = { OPENAI_BASE_URL: `${server.url}/v1` } as Record<string, string>;
    await createModel("openai:gpt-test", { env: (name) => keyless[name] }).complete(ask());
    assertEquals(server.requests.map(({ headers }) => headers.get("authorization")), [
      "Bearer sk-test",
      "Bearer none",
    ]);
  });
});

Deno.test("ollama: a failing server leaves nothing on standard output", async () => {
  const lines: unknown[] = [];
  const log = console.log;
  console.log = (...words: unknown[]) => void lines.push(words);
  try {
    await withServer([() => new Response("plain failure", { status: 400 })], async (server) => {
      const model = createModel("ollama:m", { env: () => server.url });
      assertMatch(await refusal(model.complete(ask())), /400 plain failure/);
    });
  } finally {
    console.log = log;
  }
  assertEquals(lines, []);
});
