import { assert, assertEquals, assertMatch } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import { refusals, reward } from "./problems_fixture.ts";
import { Caller, livedIn, problemOf } from "./support.ts";

Deno.test.each([...refusals])(
  "$name is answered $status with a problem document",
  async (refusal) => {
    using house = livedIn();
    const api = new Caller(house);
    const { method = "GET", path, body, headers } = refusal;
    const response = await api.send(method, path, body, headers);
    const problem = await problemOf(response);
    assertEquals([response.status, problem["code"]], [refusal.status, refusal.code]);
    if (refusal.says !== undefined) assertMatch(String(problem["detail"]), refusal.says);
    if (refusal.field !== undefined) {
      const fields = (problem["errors"] as { field: string }[]).map(({ field }) => field);
      assert(fields.includes(refusal.field), JSON.stringify(problem));
      assertMatch(String(problem["detail"]), new RegExp(`'${refusal.field}'`));
    }
    assertEquals(api.troubles, []);
    assertEquals(house.supervisor.orders, []);
  },
);

Deno.test("the same idempotency key with another reward is a conflict", async () => {
  using house = livedIn();
  const api = new Caller(house);
  await api.json(201, "POST", "/v1/rewards", reward);
  const response = await api.send("POST", "/v1/rewards", { ...reward, value: 2 });
  assertEquals((await problemOf(response))["code"], "conflict");
  assertEquals(response.status, 409);
});

Deno.test("a method that is not taken is answered with those that are", async () => {
  using house = livedIn();
  const response = await new Caller(house).send("PATCH", "/v1/agents/ada");
  assertEquals(response.headers.get("allow"), "GET, HEAD, DELETE");
  await problemOf(response);
});

Deno.test("a page of this house may change things", async () => {
  using house = livedIn();
  const headers = { host: "localhost:8420", origin: "http://localhost:8420" };
  const response = await new Caller(house).send("POST", "/v1/agents/ada/kill", undefined, headers);
  assertEquals(response.status, 200);
  await response.body?.cancel();
});

const failures: { name: string; error: Error; status: number; code: string; told: boolean }[] = [
  {
    name: "an agent that takes no letters",
    error: new VivariumError("unavailable", "'bob' takes no further turn"),
    status: 503,
    code: "unavailable",
    told: false,
  },
  {
    name: "an answer that does not come",
    error: new VivariumError("timeout", "'bob' did not answer within 5000 ms"),
    status: 504,
    code: "timeout",
    told: false,
  },
  {
    name: "a full disk",
    error: new VivariumError("database", "database or disk is full", { hint: "make room" }),
    status: 503,
    code: "database",
    told: true,
  },
  {
    name: "a defect",
    error: new TypeError("secret is not a function"),
    status: 500,
    code: "internal",
    told: true,
  },
];

Deno.test.each(failures)("$name is a problem document too", async (failure) => {
  using house = livedIn();
  house.supervisor.answer = Promise.reject(failure.error);
  const api = new Caller(house);
  const response = await api.send("POST", "/v1/agents/bob/messages?wait=1", { body: 1 });
  const problem = await problemOf(response);
  assertEquals([response.status, problem["code"]], [failure.status, failure.code]);
  assertEquals(api.troubles.length, failure.told ? 1 : 0);
  assert(!JSON.stringify(problem).includes("secret"));
});

Deno.test("a house without the policy says so", async () => {
  using house = livedIn();
  house.policy = null;
  const response = await new Caller(house).send("GET", "/v1/policy");
  assertEquals(response.status, 503);
  assertMatch(String((await problemOf(response))["hint"]), /--llm policy/);
});

Deno.test("a token is asked of everything but the probes, and the challenge is kept", async () => {
  using house = livedIn();
  const api = new Caller(house, {
    tokens: [{ token: "0123456789abcdef", scope: "admin" }],
  });
  const get = (path: string, authorization?: string): Promise<Response> =>
    api.send("GET", path, undefined, authorization === undefined ? {} : { authorization });
  for (const path of ["/v1/agents", "/metrics", "/v1/events", "/nothing"]) {
    const response = await get(path);
    assertEquals((await problemOf(response))["code"], "unauthorized", path);
    assertEquals(response.status, 401);
    assertEquals(response.headers.get("www-authenticate"), 'Bearer realm="vivarium"');
  }
  const wrong = await get("/v1/agents", "Bearer 0123456789abcdeX");
  await problemOf(wrong);
  assertEquals(wrong.status, 401);
  assertMatch(wrong.headers.get("www-authenticate") ?? "", /invalid_token/);
  const malformed = await get("/v1/agents", "Basic eDp5");
  await problemOf(malformed);
  assertEquals(malformed.status, 400);
  for (const path of ["/healthz", "/readyz", "/openapi.json", "/docs", "/docs/start.js"]) {
    const open = await get(path);
    assertEquals(open.status, 200);
    await open.body?.cancel();
  }
  const right = await get("/v1/agents", "Bearer 0123456789abcdef");
  assertEquals(right.status, 200);
  await right.body?.cancel();
});
