import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Ollama } from "ollama";
import OpenAI, { APIError, AuthenticationError, BadRequestError, NotFoundError } from "openai";
import { type ApiServer, serveApi, type ServeOptions } from "../../src/api/mod.ts";
import { type HouseOptions, type OpenHouse, openHouse } from "../../src/house/mod.ts";
import { createModel } from "../../src/llm/mod.ts";
import { openStore, type StepRow } from "../../src/store/mod.ts";
import { ask } from "../llm/support.ts";
import { writeTinyCheckpoint } from "../policy/tiny_checkpoint.ts";
import { root } from "../support/command.ts";

interface Served {
  readonly house: OpenHouse;
  readonly server: ApiServer;
  readonly folder: string;
  readonly openai: OpenAI;
  readonly ollama: Ollama;
}

/** A real house with a real policy process of few weights, behind its API, and real clients of it. */
async function served(
  test: (served: Served) => Promise<void>,
  options: Partial<HouseOptions> = {},
  serve: Partial<ServeOptions> = {},
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "vivarium-compat-" });
  await writeTinyCheckpoint(`${folder}/base`);
  await Deno.writeTextFile(`${folder}/script.jsonl`, '{"response": "return 1;"}\n');
  const house = await openHouse({
    db: `${folder}/house.db`,
    checkpoint: `${folder}/base`,
    names: [],
    warmCells: 0,
    train: false,
    ...options,
    ...(options.llm === "scripted" ? { llm: `scripted:${folder}/script.jsonl` } : {}),
  });
  const server = serveApi(house, { port: 0, ...serve });
  try {
    await test({
      house,
      server,
      folder,
      openai: new OpenAI({
        baseURL: `${server.url}/v1`,
        apiKey: "none",
        maxRetries: 0,
        logLevel: "off",
      }),
      ollama: new Ollama({ host: server.url }),
    });
  } finally {
    await server.shutdown();
    await house.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

const messages = [
  { role: "system" as const, content: "You write code." },
  { role: "user" as const, content: "Change your state." },
];

Deno.test("OpenAI's client lists the model, chats, completes and streams", () =>
  served(async ({ house, openai }) => {
    const { data } = await openai.models.list();
    assertEquals(data.map(({ id, object, owned_by }) => [id, object, owned_by]), [
      ["policy", "model", "vivarium"],
    ]);
    assertEquals(await openai.models.retrieve("policy"), data[0]);

    // What an agent would be answered to the same words with the same seed.
    const same = await house.policy?.sample({ prompt: "Change your state.", seed: 7 });
    assert(same !== undefined && same.text.length > 0);
    const usage = {
      prompt_tokens: same.promptIds.length,
      completion_tokens: same.ids.length,
      total_tokens: same.promptIds.length + same.ids.length,
    };
    const chat = { model: "policy", messages, seed: 7 };
    const answer = await openai.chat.completions.create(chat);
    assertEquals(answer.choices, [{
      index: 0,
      message: { role: "assistant", content: same.text, refusal: null },
      logprobs: null,
      finish_reason: same.finish,
    }]);
    assertEquals([answer.object, answer.system_fingerprint], ["chat.completion", "policy@0"]);
    assertEquals<unknown>(answer.usage, usage);

    let text = "";
    let pieces = 0;
    const ends: unknown[] = [];
    const usages: unknown[] = [];
    const stream = await openai.chat.completions.create({
      ...chat,
      stream: true,
      stream_options: { include_usage: true },
    });
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      if (chunk.choices[0]?.delta.content) pieces++;
      if (chunk.choices[0]?.finish_reason) ends.push(chunk.choices[0].finish_reason);
      if (chunk.usage) usages.push(chunk.usage);
    }
    assertEquals([text, ends, usages], [same.text, [same.finish], [usage]]);
    assert(pieces > 1, `${pieces} pieces before the end`);

    const completion = { model: "policy", prompt: "Change your state.", seed: 7 };
    const plain = await openai.completions.create(completion);
    assertEquals(plain.choices, [
      { index: 0, text: same.text, logprobs: null, finish_reason: same.finish },
    ]);
    assertEquals<unknown>(plain.usage, usage);
    let streamed = "";
    for await (const chunk of await openai.completions.create({ ...completion, stream: true })) {
      streamed += chunk.choices[0]?.text ?? "";
    }
    assertEquals(streamed, same.text);
  }));

Deno.test("max_tokens, temperature, stop, n and several prompts are kept to", () =>
  served(async ({ house, openai }) => {
    const base = { model: "policy", prompt: "Change your state.", seed: 7 };
    const short = await openai.completions.create({ ...base, max_tokens: 3 });
    assertEquals([short.usage?.completion_tokens, short.choices[0]?.finish_reason], [3, "length"]);
    const long = await openai.completions.create({ ...base, max_tokens: 100_000 });
    assert((long.usage?.completion_tokens ?? 0) <= 96);

    // Nearly no temperature: the seed has no say any more.
    const cold = (seed: number) => openai.completions.create({ ...base, temperature: 0, seed });
    const [one, other] = await Promise.all([cold(1), cold(2)]);
    assertEquals(one.choices[0]?.text, other.choices[0]?.text);

    const whole = (await openai.completions.create(base)).choices[0]?.text ?? "";
    const stop = whole.slice(5, 8);
    assert(stop.length === 3);
    const stopped = await openai.completions.create({ ...base, stop: ["never to be seen", stop] });
    assertEquals(stopped.choices[0]?.text, whole.slice(0, whole.indexOf(stop)));
    assertEquals(stopped.choices[0]?.finish_reason, "stop");
    let cut = "";
    const stream = await openai.completions.create({ ...base, stop, stream: true });
    for await (const chunk of stream) cut += chunk.choices[0]?.text ?? "";
    assertEquals(cut, whole.slice(0, whole.indexOf(stop)));

    const many = await openai.completions.create({ ...base, prompt: ["a", "b"], n: 2 });
    assertEquals(many.choices.map(({ index }) => index), [0, 1, 2, 3]);
    const firsts = await Promise.all(
      ["a", "b"].map((prompt) => house.policy?.sample({ prompt, seed: 7 })),
    );
    assertEquals([many.choices[0]?.text, many.choices[2]?.text], firsts.map((it) => it?.text));
    assert(many.choices[0]?.text !== many.choices[1]?.text);

    // Without a seed one is drawn.
    const { seed: _, ...drawn } = base;
    const texts = await Promise.all([1, 2, 3].map(() => openai.completions.create(drawn)));
    assert(new Set(texts.map(({ choices }) => choices[0]?.text)).size > 1);
  }));

const refused: { name: string; body: object; param: string }[] = [
  {
    name: "tools",
    body: { tools: [{ type: "function", function: { name: "f" } }] },
    param: "tools",
  },
  { name: "an unknown sampling", body: { top_p: 0.5 }, param: "top_p" },
  { name: "log-probabilities", body: { logprobs: true }, param: "logprobs" },
  {
    name: "a schema of the answer",
    body: { response_format: { type: "json_object" } },
    param: "response_format.type",
  },
  { name: "a wrong temperature", body: { temperature: 3 }, param: "temperature" },
  { name: "no tokens", body: { max_tokens: 0 }, param: "max_tokens" },
  { name: "too many texts", body: { n: 17 }, param: "n" },
  {
    name: "the system's words alone",
    body: { messages: [{ role: "system", content: "x" }] },
    param: "messages",
  },
];

Deno.test("OpenAI's client is told of what cannot be, as OpenAI would", () =>
  served(async ({ openai, server }) => {
    const none = await assertRejects(
      () => openai.chat.completions.create({ model: "gpt-4o", messages }),
      NotFoundError,
    );
    assertEquals([none.code, none.param, none.type], [
      "model_not_found",
      "model",
      "invalid_request_error",
    ]);
    assertMatch(none.message, /the model 'gpt-4o' is not here \(this house has 'policy'\)/);
    await assertRejects(() => openai.models.retrieve("gpt-4o"), NotFoundError);
    for (const { name, body, param } of refused) {
      const error = await assertRejects(
        () => openai.chat.completions.create({ model: "policy", messages, ...body }),
        BadRequestError,
        undefined,
        name,
      );
      assertEquals([error.param, error.code, error.type], [
        param,
        "bad_request",
        "invalid_request_error",
      ], name);
    }
    // Also where no route is reached.
    for (
      const [method, path, status, body] of [
        ["POST", "/v1/chat/nothing", 404, "{}"],
        ["GET", "/v1/completions", 405, undefined],
        ["POST", "/v1/completions", 400, "{no json"],
        ["POST", "/v1/completions", 413, `{"prompt": "${"x".repeat(2 ** 20)}"}`],
      ] as const
    ) {
      const response = await fetch(`${server.url}${path}`, {
        method,
        headers: { "content-type": "application/json" },
        ...(body === undefined ? {} : { body }),
      });
      const { error } = await response.json();
      assertEquals([response.status, typeof error.message], [status, "string"], path);
      assertEquals(response.headers.get("content-type"), "application/json");
      assert(response.headers.has("x-request-id"));
    }
    // Other paths keep their problem documents.
    const other = await fetch(`${server.url}/v1/modelsandmore`);
    assertEquals(other.headers.get("content-type"), "application/problem+json");
    await other.body?.cancel();
  }));

Deno.test("OpenAI's client needs the token of a house that has one", () =>
  served(
    async ({ openai, server, ollama }) => {
      const error = await assertRejects(() => openai.models.list(), AuthenticationError);
      assertEquals(error.code, "invalid_api_key");
      await assertRejects(() => ollama.list(), Error, "bearer token");
      const known = openai.withOptions({ apiKey: "a-token-of-this-house" });
      assertEquals((await known.models.list()).data.length, 1);
      const head = { headers: { authorization: "Bearer a-token-of-this-house" } };
      const knownToo = new Ollama({ host: server.url, ...head });
      assertEquals((await knownToo.list()).models.length, 1);
    },
    {},
    { token: "a-token-of-this-house" },
  ));

Deno.test("Ollama's client lists the model, generates, chats and streams", () =>
  served(async ({ house, ollama }) => {
    const { models: [model, ...others] } = await ollama.list();
    const status = await house.policy?.call((client) => client.status());
    assertEquals([model?.name, model?.digest, model?.size, others.length], [
      "policy:latest",
      status?.hash,
      (status?.parameters ?? 0) * 4,
      0,
    ]);
    const shown = await ollama.show({ model: "policy" });
    assertEquals([shown.details.family, shown.capabilities], ["llama", ["completion"]]);
    assertMatch((await ollama.version()).version, /^\d+\.\d+\.\d+$/);

    const same = await house.policy?.sample({ prompt: "Change your state.", seed: 7 });
    assert(same !== undefined);
    const options = { seed: 7 };
    const generated = await ollama.generate({
      model: "policy:latest",
      prompt: "Change your state.",
      stream: false,
      options,
    });
    assertEquals(
      [generated.response, generated.done, generated.done_reason, generated.eval_count],
      [same.text, true, same.finish, same.ids.length],
    );
    const chatted = await ollama.chat({ model: "policy", messages, stream: false, options });
    assertEquals(chatted.message, { role: "assistant", content: same.text });
    assertEquals(chatted.prompt_eval_count, same.promptIds.length);

    const read = async (
      stream: AsyncIterable<typeof generated | typeof chatted> & { abort(): void },
    ): Promise<[string, boolean | undefined, number | undefined]> => {
      let lines = 0;
      let [text, last]: [string, { done: boolean; eval_count: number } | undefined] = [
        "",
        undefined,
      ];
      for await (const part of stream) {
        text += "message" in part ? part.message.content : part.response;
        last = part;
        lines++;
      }
      assert(lines > 1, `${lines} lines`);
      // The client stops at the last line, and leaves the end of the body unread.
      stream.abort();
      return [text, last?.done, last?.eval_count];
    };
    assertEquals(
      await read(await ollama.chat({ model: "policy", messages, stream: true, options })),
      [same.text, true, same.ids.length],
    );
    const [start, done, count] = await read(
      await ollama.generate({
        model: "policy",
        prompt: "Change your state.",
        stream: true,
        options: { ...options, num_predict: 5 },
      }),
    );
    assertEquals([done, count], [true, 5]);
    assert(start !== "" && same.text.startsWith(start), start);

    const loaded = await ollama.generate({ model: "policy", prompt: "" });
    assertEquals([loaded.response, loaded.done_reason], ["", "load"]);
  }));

Deno.test("Ollama's client is told of what cannot be, as Ollama would; lines are its default", () =>
  served(async ({ ollama, server }) => {
    for (
      const call of [
        () => ollama.generate({ model: "qwen3", prompt: "x" }),
        () => ollama.chat({ model: "qwen3", messages }),
        () => ollama.show({ model: "qwen3" }),
      ]
    ) await assertRejects(call, Error, "the model 'qwen3' is not here");
    await assertRejects(
      () => ollama.generate({ model: "policy", prompt: "x", format: "json" }),
      Error,
      "'format': the policy cannot do this",
    );
    await assertRejects(
      () => ollama.embed({ model: "policy", input: "x" }),
      Error,
      "there is nothing at /api/embed",
    );
    const response = await fetch(`${server.url}/api/generate`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "policy", prompt: "x" }),
    });
    assertEquals(response.headers.get("content-type"), "application/x-ndjson");
    const lines = (await response.text()).trim().split("\n").map((line) => JSON.parse(line));
    assertEquals(
      lines.map(({ done }) => done),
      lines.map((_, index) => index === lines.length - 1),
    );
  }));

Deno.test("Ollama's paths take JSON of any content type, and no page of another site", () =>
  served(async ({ server }) => {
    const body = JSON.stringify({ model: "policy", prompt: "x", stream: false });
    const post = async (path: string, headers: HeadersInit): Promise<Response> =>
      await fetch(`${server.url}${path}`, { method: "POST", headers, body: encode(body) });
    for (
      const headers of [
        {},
        { "content-type": "application/x-www-form-urlencoded" },
        { "content-type": "text/plain" },
        { "content-type": "application/json; charset=utf-8" },
        { "content-type": "text/plain", "idempotency-key": "its body is read early" },
      ]
    ) {
      const response = await post("/api/generate", headers as Record<string, string>);
      assertEquals([response.status, (await response.json()).done], [200, true]);
    }
    // What a page can send without being asked: a form, or a fetch in mode no-cors.
    const form = { "content-type": "text/plain" };
    for (
      const foreign of [
        { ...form, origin: "http://evil.example" },
        { ...form, origin: "null" },
        { ...form, "sec-fetch-site": "cross-site" },
      ]
    ) {
      const response = await post("/api/generate", foreign);
      assertEquals([response.status, (await response.json()).done], [403, undefined]);
    }
    // Elsewhere a body says what it is.
    const elsewhere = await post("/v1/completions", form);
    assertEquals(elsewhere.status, 415);
    await elsewhere.body?.cancel();
  }));

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

Deno.test("a house without the policy has no model to ask", () =>
  served(async ({ openai, ollama }) => {
    assertEquals((await openai.models.list()).data, []);
    assertEquals((await ollama.list()).models, []);
    const error = await assertRejects(
      () => openai.chat.completions.create({ model: "policy", messages }),
      APIError,
    );
    assertEquals([error.status, error.code], [404, "model_not_found"]);
    assertMatch(error.message, /start it with --llm policy/);
    await assertRejects(
      () => ollama.chat({ model: "policy", messages }),
      Error,
      "the model 'policy' is not here",
    );
  }, { llm: "scripted" }));

Deno.test("what strangers ask is written nowhere", () =>
  served(async ({ house, openai, ollama }) => {
    const before = [house.store.lastEvent(), await house.policy?.call((it) => it.status())];
    await openai.chat.completions.create({ model: "policy", messages, n: 16 });
    await ollama.generate({ model: "policy", prompt: "x" });
    assertEquals([house.store.lastEvent(), await house.policy?.call((it) => it.status())], before);
    assertEquals(house.store.agents().items, []);
  }, { train: true }));

Deno.test.each(["openai:policy", "ollama:policy"])(
  "%s of another house answers as its own policy would",
  (spec) =>
    served(async ({ house, server }) => {
      const urls: Record<string, string> = {
        OPENAI_BASE_URL: `${server.url}/v1`,
        OLLAMA_HOST: server.url,
      };
      assert(house.policy !== null);
      const near = createModel("policy", { sampler: house.policy });
      const far = createModel(spec, { env: (name) => urls[name] });
      for (const prompt of ["Change your state.", "x".repeat(70_000), "return 1;\n"]) {
        const request = ask({ prompt, seed: 0x7fffffff });
        const [mine, theirs] = await Promise.all([near.complete(request), far.complete(request)]);
        assertEquals([theirs.text, theirs.tokens], [mine.text, mine.tokens]);
      }
    }),
);

Deno.test("a run by openai: of another house is that house's own run, step for step", () =>
  served(async ({ house, server, folder }) => {
    house.begin();
    await house.finished();
    const own = live(house.store.steps("ada", { limit: 100 }).items);
    assert(own.length > 0);
    const db = `${folder}/guest.db`;
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-q", "--no-prompt", "-P=house", "src/cli/main.ts", "run"],
        ...["--llm", "openai:policy", "--agents", "1", "--steps", "6", "--seed", "5"],
        ...["--port", "0", "--db", db],
      ],
      cwd: root,
      env: { OPENAI_BASE_URL: `${server.url}/v1`, NO_COLOR: "1" },
      stdout: "null",
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    const store = openStore(db);
    try {
      assertEquals(live(store.steps("ada", { limit: 100 }).items), own);
      assertEquals(store.deaths({ cause: "llm" }).items, []);
    } finally {
      store.close();
    }
  }, { names: ["ada"], steps: 6, seed: 5 }));

/** What a life was made of, whoever wrote it. */
function live(steps: readonly StepRow[]): unknown[] {
  return steps.map(({ life, step, query, genome, lived }) => [life, step, query, genome, lived]);
}
