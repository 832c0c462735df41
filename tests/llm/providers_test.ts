import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { systemClock } from "../../src/core/clock.ts";
import { VivariumError } from "../../src/core/errors.ts";
import { createModel, type Model } from "../../src/llm/mod.ts";

const request = { agent: "ada", life: 1, step: 1, call: 0, prompt: "the query", seed: 42 };

type Answer = (body: Record<string, unknown>, count: number) => Response | Promise<Response>;

/** A loopback server that speaks a provider's wire format, and the real SDK's model against it. */
async function withModel(
  kind: "ollama" | "openai",
  answer: Answer,
  test: (model: Model, requests: Record<string, unknown>[]) => Promise<void>,
): Promise<void> {
  const requests: Record<string, unknown>[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (incoming) => {
      const path = new URL(incoming.url).pathname;
      assertEquals(path, kind === "ollama" ? "/api/chat" : "/v1/chat/completions");
      const body = await incoming.json();
      requests.push(body);
      return await answer(body, requests.length);
    },
  );
  const base = `http://127.0.0.1:${server.addr.port}`;
  const env: Record<string, string> = { OLLAMA_HOST: base, OPENAI_BASE_URL: `${base}/v1` };
  const model = await createModel(`${kind}:tiny`, {
    env: (name) => env[name],
    clock: systemClock,
    limits: { timeoutMs: 400, retries: 2 },
  });
  try {
    await test(model, requests);
  } finally {
    await model.close();
    await server.shutdown();
  }
}

const answers: Record<"ollama" | "openai", Answer> = {
  openai: () =>
    Response.json({
      id: "c1",
      object: "chat.completion",
      created: 1,
      model: "tiny",
      choices: [{
        index: 0,
        finish_reason: "stop",
        message: { role: "assistant", content: "return 1;" },
      }],
      usage: { prompt_tokens: 12, completion_tokens: 3, total_tokens: 15 },
    }),
  ollama: () =>
    Response.json({
      model: "tiny",
      created_at: "2026-01-01T00:00:00Z",
      message: { role: "assistant", content: "return 1;" },
      done: true,
      prompt_eval_count: 12,
      eval_count: 3,
    }),
};

const kinds = ["ollama", "openai"] as const;

for (const kind of kinds) {
  Deno.test(`${kind}: complete() gives text and token count, and passes the seed on`, async () => {
    await withModel(kind, answers[kind], async (model, requests) => {
      const { text, tokens, model: name } = await model.complete(request);
      assertEquals([text, tokens, name], [
        "return 1;",
        { prompt: 12, completion: 3 },
        `${kind}:tiny`,
      ]);
      const [body] = requests;
      assert(body !== undefined);
      assertStringIncludes(JSON.stringify(body["messages"]), "the query");
      const seeded = kind === "openai" ? body : body["options"] as Record<string, unknown>;
      assertEquals(seeded["seed"], 42);
    });
  });

  Deno.test(`${kind}: complete() repeats the request when the server is busy, then succeeds`, async () => {
    const busy: Answer = (body, count) =>
      count === 1
        ? Response.json({ error: "busy" }, { status: 429 })
        : count === 2
        ? Response.json({ error: "down" }, { status: 503 })
        : answers[kind](body, count);
    await withModel(kind, busy, async (model, requests) => {
      assertEquals((await model.complete(request)).text, "return 1;");
      assertEquals(requests.length, 3);
    });
  });

  Deno.test(`${kind}: complete() rejects as the provider's fault when every attempt fails`, async () => {
    await withModel(
      kind,
      () => Response.json({ error: "broken" }, { status: 500 }),
      async (model, requests) => {
        const error = await assertRejects(() => model.complete(request), VivariumError);
        assertEquals(error.code, "provider");
        assertEquals(requests.length, 3);
      },
    );
  });

  Deno.test(`${kind}: complete() does not repeat what was refused`, async () => {
    await withModel(
      kind,
      () => Response.json({ error: "model not found" }, { status: 404 }),
      async (model, requests) => {
        const error = await assertRejects(() => model.complete(request), VivariumError);
        assertEquals([error.code, requests.length], ["provider", 1]);
        assertStringIncludes(error.message, `${kind}:tiny`);
      },
    );
  });

  Deno.test(`${kind}: complete() rejects when no answer comes in time`, async () => {
    const { promise, resolve } = Promise.withResolvers<Response>();
    await withModel(kind, () => promise.then((response) => response.clone()), async (model) => {
      const error = await assertRejects(() => model.complete(request), VivariumError);
      assertEquals(error.code, "provider");
      resolve(new Response("late"));
    });
  });

  Deno.test(`${kind}: complete() rejects when the answer makes no sense`, async () => {
    await withModel(kind, () => Response.json({ hello: "world" }), async (model) => {
      const error = await assertRejects(() => model.complete(request), VivariumError);
      assertEquals(error.code, "provider");
    });
  });

  Deno.test(`${kind}: complete() ends at once when the agent has died`, async () => {
    const { promise, resolve } = Promise.withResolvers<Response>();
    await withModel(
      kind,
      () => promise.then((response) => response.clone()),
      async (model, requests) => {
        const abort = new AbortController();
        const completion = model.complete({ ...request, signal: abort.signal });
        setTimeout(() => abort.abort(), 50);
        await assertRejects(() => completion, VivariumError);
        assertEquals(requests.length, 1);
        resolve(new Response("late"));
      },
    );
  });
}

Deno.test("createModel() refuses OpenAI at its own address when there is no key", () => {
  const error = assertThrows(
    () => createModel("openai:gpt", { env: () => undefined, clock: systemClock }),
    VivariumError,
    "OPENAI_API_KEY",
  );
  assertEquals(error.code, "bad-usage");
});
