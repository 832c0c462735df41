import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import { type ApiToken, parseTokens, type Scope, scopes } from "../../src/api/mod.ts";
import { SimulatedClock } from "../../src/core/clock.ts";
import { VivariumError } from "../../src/core/errors.ts";
import { Caller, livedIn, problemOf } from "./support.ts";

const tokenOf = (scope: Scope): string => `${scope}-0123456789abcdef`;
const tokens: ApiToken[] = scopes.map((scope) => ({ scope, token: tokenOf(scope) }));

const needs: { method: string; path: string; needed: Scope | null; body?: unknown }[] = [
  { method: "GET", path: "/healthz", needed: null },
  { method: "GET", path: "/openapi.json", needed: null },
  { method: "GET", path: "/docs", needed: null },
  { method: "GET", path: "/docsier", needed: "read" },
  { method: "GET", path: "/metrics", needed: "read" },
  { method: "GET", path: "/v1/agents", needed: "read" },
  { method: "GET", path: "/v1/policy/versions/1/model", needed: "read" },
  { method: "POST", path: "/v1/agents/bob/kill", needed: "operate" },
  { method: "POST", path: "/v1/agents", needed: "operate", body: { name: "cyd" } },
  { method: "DELETE", path: "/v1/agents/bob", needed: "admin" },
  { method: "POST", path: "/v1/train", needed: "admin", body: { action: "pause" } },
  { method: "POST", path: "/v1/policy/rollback", needed: "admin", body: { version: 1 } },
];

Deno.test.each(needs)("$method $path needs the scope $needed", async (request) => {
  const { method, path, needed, body } = request;
  for (const held of [null, ...scopes]) {
    using house = livedIn();
    const api = new Caller(house, { tokens });
    const headers: Record<string, string> = held === null
      ? {}
      : { authorization: `Bearer ${tokenOf(held)}` };
    const response = await api.send(method, path, body, headers);
    const enough = needed === null ||
      (held !== null && scopes.indexOf(held) >= scopes.indexOf(needed));
    if (enough) assert(![401, 403].includes(response.status), `${held}: ${response.status}`);
    else {
      const { code } = await problemOf(response.clone());
      assertEquals(code, held === null ? "unauthorized" : "forbidden");
      assertEquals(house.supervisor.orders, []);
    }
    await response.body?.cancel();
  }
});

Deno.test("parseTokens() reads scopes and tokens, and refuses without telling the token", () => {
  assertEquals(parseTokens("read:0123456789abcdef\n\n admin:fedcba9876543210 ,0000000000000000"), [
    { scope: "read", token: "0123456789abcdef" },
    { scope: "admin", token: "fedcba9876543210" },
    { scope: "admin", token: "0000000000000000" },
  ]);
  for (const text of ["root:0123456789abcdef", "read:tiny", "read:with space 012345"]) {
    try {
      parseTokens(text);
    } catch (error) {
      assert(error instanceof VivariumError && error.code === "bad-usage");
      assert(!`${error.message}${error.hint}`.includes(text.split(":")[1] ?? ""), error.message);
      continue;
    }
    throw new Error(`${text} was taken`);
  }
});

Deno.test("an address that asks too fast is told when to come again, and others are not held up", async () => {
  using house = livedIn();
  const clock = new SimulatedClock();
  const { app } = new Caller(house, { clock, rate: { perSecond: 2, burst: 10 } });
  const ask = async (remote: string, method = "GET"): Promise<Response> =>
    await app.request("http://127.0.0.1/v1/agents/bob/kill", { method }, { remote });
  // Reads cost 1, changes 5.
  assertEquals((await ask("a", "POST")).status, 200);
  for (let n = 0; n < 5; n++) assertEquals((await ask("a")).status, 405);
  const refused = await ask("a");
  assertEquals([refused.status, refused.headers.get("retry-after")], [429, "1"]);
  assertEquals((await problemOf(refused))["code"], "overloaded");
  assertEquals((await ask("a", "POST")).headers.get("retry-after"), "3");
  assertEquals((await ask("b")).status, 405);
  clock.advance(500);
  assertEquals([(await ask("a")).status, (await ask("a")).status], [405, 429]);
  // It never has more than its burst.
  clock.advance(1e6);
  for (let n = 0; n < 10; n++) assertEquals((await ask("a")).status, 405);
  assertEquals((await ask("a")).status, 429);
});

Deno.test("a caller has so many streams, all have so many together, and a place comes back", async () => {
  using house = livedIn();
  const { app } = new Caller(house, { streams: { perCaller: 2, inAll: 3 } });
  const open = async (remote: string, method = "GET"): Promise<Response> =>
    await app.request("http://127.0.0.1/v1/events", { method }, { remote });
  const begun = async (remote: string): Promise<ReadableStreamDefaultReader<Uint8Array>> => {
    const response = await open(remote);
    assertEquals(response.status, 200, remote);
    const reader = response.body!.getReader();
    await reader.read();
    return reader;
  };
  const [first, second] = [await begun("a"), await begun("a")];
  const third = await open("a");
  assertEquals([third.status, third.headers.get("retry-after")], [429, "5"]);
  assertEquals((await problemOf(third))["code"], "overloaded");
  // Nothing is taken by who asks for the head alone.
  for (let n = 0; n < 5; n++) await (await open("b", "HEAD")).body?.cancel();
  const other = await begun("b");
  const full = await open("c");
  assertEquals([full.status, (await problemOf(full))["code"]], [503, "overloaded"]);
  await first.cancel();
  const again = await begun("c");
  for (const reader of [second, other, again]) await reader.cancel();
});

Deno.test("streams are counted by token where there are tokens, wherever they come from", async () => {
  using house = livedIn();
  const { app } = new Caller(house, { tokens, streams: { perCaller: 1, inAll: 9 } });
  const open = async (scope: Scope, remote: string): Promise<Response> =>
    await app.request("http://127.0.0.1/v1/events", {
      headers: { authorization: `Bearer ${tokenOf(scope)}` },
    }, { remote });
  const opened = [await open("read", "a"), await open("read", "b"), await open("admin", "a")];
  assertEquals(opened.map(({ status }) => status), [200, 429, 200]);
  for (const { body } of opened) await body?.cancel();
});

Deno.test("who guesses tokens is soon too fast", async () => {
  using house = livedIn();
  const clock = new SimulatedClock();
  const { app } = new Caller(house, { clock, tokens, rate: { perSecond: 10, burst: 100 } });
  let guesses = 0;
  for (let status = 401; status === 401; guesses++) {
    const headers = { authorization: `Bearer guess-${guesses}-0123456789` };
    const response = await app.request("http://127.0.0.1/v1/agents", { headers }, { remote: "a" });
    status = response.status;
    await response.body?.cancel();
  }
  assertLess(guesses, 8);
});

Deno.test("what is read from the ledger is answered 304 until something has happened", async () => {
  using house = livedIn();
  const api = new Caller(house);
  const read = async (path: string, tag?: string | null): Promise<Response> =>
    await api.send("GET", path, undefined, tag ? { "if-none-match": `"x", ${tag}` } : {});
  for (
    const path of [
      "/v1/deaths",
      "/v1/deaths/1",
      "/v1/agents/ada/lineage",
      "/v1/agents/ada/genome",
    ]
  ) {
    const first = await read(path);
    const tag = first.headers.get("etag");
    assertMatch(tag ?? "", /^W\/"[0-9a-f-]+-\d+"$/);
    assertEquals(first.headers.get("cache-control"), "private, no-cache");
    const again = await read(path, tag);
    assertEquals([again.status, await again.text(), again.headers.get("etag")], [304, "", tag]);
    house.happen({ kind: "house.degraded", data: {} });
    const changed = await read(path, tag);
    assertEquals(changed.status, 200);
    assert(changed.headers.get("etag") !== tag);
  }
  const figures = await read("/v1/stats/survival");
  const known = await read("/v1/stats/survival", figures.headers.get("etag"));
  assertEquals([figures.status, known.status, await known.text()], [200, 304, ""]);
  // Another opening of a ledger counts from the same number.
  const tag = (await read("/v1/deaths")).headers.get("etag");
  const other = await new Caller(house).send("GET", "/v1/deaths", undefined, {
    "if-none-match": tag ?? "",
  });
  assertEquals(other.status, 200);
  for (const path of ["/v1/agents", "/v1/policy/versions", "/readyz", "/v1/deaths/99"]) {
    assertEquals((await read(path)).headers.get("etag"), null, path);
  }
});

Deno.test("an order in view of a life that is over is refused, and nothing is done", async () => {
  using house = livedIn();
  const api = new Caller(house);
  const seen = (await api.send("GET", "/v1/agents/ada")).headers.get("etag") ?? "";
  const order = async (method: string, path: string, tag: string): Promise<Response> =>
    await api.send(method, path, undefined, { "if-match": tag });
  for (const tag of [seen, `W/${seen}`, "*"]) {
    assertEquals((await order("POST", "/v1/agents/ada/kill", tag)).status, 200, tag);
  }
  house.store.commit({ agents: [{ ...house.store.agent("ada")!, life: 4 }] });
  house.supervisor.orders.length = 0;
  for (
    const [method, path] of [
      ["POST", "/v1/agents/ada/kill"],
      ["POST", "/v1/agents/ada/pause"],
      ["DELETE", "/v1/agents/ada"],
    ] as const
  ) {
    const response = await order(method, path, seen);
    assertEquals([response.status, response.headers.get("etag") === seen], [412, false]);
    assertEquals((await problemOf(response))["code"], "conflict");
  }
  assertEquals(house.supervisor.orders, []);
});

Deno.test("a rollback in view of another version is refused", async () => {
  using house = livedIn();
  const api = new Caller(house);
  const seen = (await api.send("GET", "/v1/policy")).headers.get("etag") ?? "";
  const roll = async (): Promise<number> =>
    (await api.send("POST", "/v1/policy/rollback", { version: 1 }, { "if-match": seen })).status;
  assertEquals(await roll(), 200);
  house.client.present = { ...house.client.present, version: 3 };
  assertEquals(await roll(), 412);
  assertEquals(house.client.calls.length, 1);
});

Deno.test("a post with a key is carried out once, for one caller and one request", async () => {
  using house = livedIn();
  const clock = new SimulatedClock();
  const api = new Caller(house, { clock, tokens });
  const post = async (
    body: unknown,
    key = "k1",
    path = "/v1/agents/bob/messages",
    scope: Scope = "admin",
  ): Promise<Response> =>
    await api.send("POST", path, body, {
      "idempotency-key": key,
      authorization: `Bearer ${tokenOf(scope)}`,
    });
  const [first, twin] = await Promise.all([post({ body: 1 }), post({ body: 1 })]);
  const again = await post({ body: 1 });
  const answers = await Promise.all([first, twin, again].map((each) => each.text()));
  assertEquals(new Set(answers).size, 1);
  assertEquals([first.status, twin.status, again.status], [202, 202, 202]);
  assertEquals(again.headers.get("idempotent-replayed"), "true");
  assertMatch(again.headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
  assert(first.headers.get("x-request-id") !== again.headers.get("x-request-id"));
  assertEquals(house.supervisor.told.length, 1);
  for (const other of [await post({ body: 2 }), await post({ body: 1 }, "k1", "/v1/agents")]) {
    assertEquals(other.status, 409);
    await problemOf(other);
  }
  await post({ body: 1 }, "k2");
  await post({ body: 1 }, "k1", "/v1/agents/bob/messages", "operate");
  assertEquals(house.supervisor.told.length, 3);
  clock.advance(11 * 60_000);
  await post({ body: 1 });
  assertEquals(house.supervisor.told.length, 4);
});

Deno.test("a failure inside is not kept under its key", async () => {
  using house = livedIn();
  const api = new Caller(house);
  const ask = async (): Promise<number> => {
    const path = "/v1/agents/bob/messages?wait=1";
    const response = await api.send("POST", path, { body: 1 }, { "idempotency-key": "k" });
    await response.body?.cancel();
    return response.status;
  };
  house.supervisor.answer = Promise.reject(new VivariumError("timeout", "no answer"));
  assertEquals(await ask(), 504);
  house.supervisor.answer = Promise.resolve(1);
  assertEquals(await ask(), 200);
});

Deno.test("an order to an agent that is down for good is a conflict, not a failure", async () => {
  using house = livedIn();
  house.supervisor.resume = (name) => {
    throw new VivariumError("unavailable", `'${name}' takes no further turn`);
  };
  const response = await new Caller(house).send("POST", "/v1/agents/bob/resume");
  assertEquals(response.status, 409);
  assertMatch(String((await problemOf(response))["hint"]), /spawn it again/);
});
