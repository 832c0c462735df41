import { assert, assertEquals, assertMatch } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import { Caller, livedIn, problemOf } from "./support.ts";

interface Refusal {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly status: number;
  readonly code: string;
  /** The field that must be named among the errors. */
  readonly field?: string;
  readonly says?: RegExp;
}

const reward = { agent: "ada", life: 1, step: 1, term: "praise", value: 1, key: "k" };
const big = "x".repeat(1024 * 1024);

const refusals: Refusal[] = [
  { name: "a path that is not", method: "GET", path: "/nothing", status: 404, code: "not-found" },
  { name: "the root", method: "GET", path: "/", status: 404, code: "not-found" },
  {
    name: "a method that is not taken",
    method: "PUT",
    path: "/v1/agents",
    status: 405,
    code: "bad-request",
    says: /PUT/,
  },
  {
    name: "a body that is not JSON",
    method: "POST",
    path: "/v1/agents",
    body: "{ not json",
    status: 400,
    code: "bad-request",
    says: /JSON/,
  },
  { name: "no body", method: "POST", path: "/v1/agents", status: 400, code: "bad-request" },
  {
    name: "a body of another type",
    method: "POST",
    path: "/v1/agents",
    body: "name=ada",
    headers: { "content-type": "text/plain" },
    status: 415,
    code: "bad-request",
    says: /application\/json/,
  },
  {
    name: "a spawn with a bad name",
    method: "POST",
    path: "/v1/agents",
    body: { name: "../Ada" },
    status: 400,
    code: "bad-request",
    field: "name",
    says: /'name': an agent's name must be/,
  },
  {
    name: "a spawn with a reserved name",
    method: "POST",
    path: "/v1/agents",
    body: { name: "operator" },
    status: 400,
    code: "bad-request",
    field: "name",
  },
  {
    name: "a spawn with an unknown field",
    method: "POST",
    path: "/v1/agents",
    body: { name: "cyd", nmae: 1 },
    status: 400,
    code: "bad-request",
    says: /nmae/,
  },
  {
    name: "a spawn with a field deep inside that is wrong",
    method: "POST",
    path: "/v1/agents",
    body: { name: "cyd", limits: { stepMs: "soon" } },
    status: 400,
    code: "bad-request",
    field: "limits.stepMs",
  },
  {
    name: "a spawn with a genome without its vital methods",
    method: "POST",
    path: "/v1/agents",
    body: { name: "cyd", genome: { methods: {}, state: {}, attributes: {} } },
    status: 400,
    code: "bad-request",
    field: "genome.methods",
  },
  {
    name: "a spawn with a name that is taken",
    method: "POST",
    path: "/v1/agents",
    body: { name: "ada" },
    status: 409,
    code: "conflict",
  },
  {
    name: "an agent that is not",
    method: "GET",
    path: "/v1/agents/nobody",
    status: 404,
    code: "not-found",
  },
  {
    name: "an agent that could not be",
    method: "GET",
    path: "/v1/agents/No%2FBody",
    status: 400,
    code: "bad-request",
    field: "name",
  },
  {
    name: "the lives of an agent that never was",
    method: "GET",
    path: "/v1/agents/nobody/lives",
    status: 404,
    code: "not-found",
  },
  {
    name: "the steps of an agent that never was",
    method: "GET",
    path: "/v1/agents/nobody/steps",
    status: 404,
    code: "not-found",
  },
  {
    name: "a limit that is too high",
    method: "GET",
    path: "/v1/deaths?limit=1001",
    status: 400,
    code: "bad-request",
    field: "limit",
  },
  {
    name: "a cursor that is none",
    method: "GET",
    path: "/v1/deaths?cursor=abc",
    status: 400,
    code: "bad-request",
    says: /cursor/,
  },
  {
    name: "a filter with a typing error",
    method: "GET",
    path: "/v1/deaths?agnet=ada",
    status: 400,
    code: "bad-request",
    says: /agnet/,
  },
  {
    name: "a cause that is none",
    method: "GET",
    path: "/v1/deaths?cause=boredom",
    status: 400,
    code: "bad-request",
    field: "cause",
  },
  {
    name: "a death that is not",
    method: "GET",
    path: "/v1/deaths/99",
    status: 404,
    code: "not-found",
  },
  {
    name: "a death by a word",
    method: "GET",
    path: "/v1/deaths/last",
    status: 400,
    code: "bad-request",
    field: "id",
  },
  {
    name: "a genome that is not",
    method: "GET",
    path: `/v1/genomes/${"0".repeat(64)}`,
    status: 404,
    code: "not-found",
  },
  {
    name: "a hash that is none",
    method: "GET",
    path: "/v1/genomes/xyz",
    status: 400,
    code: "bad-request",
    field: "hash",
  },
  {
    name: "a message over the limit of bodies",
    method: "POST",
    path: "/v1/agents/ada/messages",
    body: { body: big },
    status: 413,
    code: "too-large",
  },
  {
    name: "a message without a body",
    method: "POST",
    path: "/v1/agents/ada/messages",
    body: {},
    status: 400,
    code: "bad-request",
    field: "body",
  },
  {
    name: "a wait that is too long",
    method: "POST",
    path: "/v1/agents/ada/messages?wait=1e9",
    body: { body: 1 },
    status: 400,
    code: "bad-request",
    field: "wait",
  },
  {
    name: "a reward for a step that does not exist",
    method: "POST",
    path: "/v1/rewards",
    body: { ...reward, step: 9 },
    status: 404,
    code: "not-found",
    says: /step 9 of life 1 of 'ada'/,
  },
  {
    name: "a reward for a life that does not exist",
    method: "POST",
    path: "/v1/rewards",
    body: { ...reward, life: 9, step: null },
    status: 404,
    code: "not-found",
  },
  {
    name: "a reward without a key",
    method: "POST",
    path: "/v1/rewards",
    body: { ...reward, key: undefined },
    status: 400,
    code: "bad-request",
    says: /'key'/,
  },
  {
    name: "a reward with two keys",
    method: "POST",
    path: "/v1/rewards",
    body: reward,
    headers: { "idempotency-key": "other" },
    status: 400,
    code: "bad-request",
  },
  {
    name: "a reward that is no number",
    method: "POST",
    path: "/v1/rewards",
    body: { ...reward, value: "much" },
    status: 400,
    code: "bad-request",
    field: "value",
  },
  {
    name: "a rollback to a version that is not",
    method: "POST",
    path: "/v1/policy/rollback",
    body: { version: 99 },
    status: 404,
    code: "not-found",
  },
  {
    name: "an action of training that is none",
    method: "POST",
    path: "/v1/train",
    body: { action: "hurry" },
    status: 400,
    code: "bad-request",
    field: "action",
  },
  {
    name: "an episode that is wrong deep inside",
    method: "POST",
    path: "/v1/episodes",
    body: {
      id: "ada/1",
      agent: "ada",
      life: 1,
      end: "truncated",
      steps: [{ step: 1, reward: "x", completions: [] }],
    },
    status: 400,
    code: "bad-request",
    field: "steps.0.reward",
  },
  {
    name: "a kind of event that is none",
    method: "GET",
    path: "/v1/events?kind=step.committed,birthday",
    status: 400,
    code: "bad-request",
    field: "kind.1",
  },
  {
    name: "a Last-Event-ID that is no number",
    method: "GET",
    path: "/v1/events",
    headers: { "last-event-id": "yesterday" },
    status: 400,
    code: "bad-request",
    field: "last-event-id",
  },
  {
    name: "a host that is not this one",
    method: "GET",
    path: "/v1/agents",
    headers: { host: "evil.example" },
    status: 421,
    code: "bad-request",
    says: /evil\.example/,
  },
  {
    name: "a host that only begins like this one",
    method: "GET",
    path: "/healthz",
    headers: { host: "127.0.0.1.evil.example" },
    status: 421,
    code: "bad-request",
  },
  {
    name: "a change from a page of another site",
    method: "POST",
    path: "/v1/agents/ada/kill",
    headers: { host: "127.0.0.1:8420", origin: "https://evil.example" },
    status: 403,
    code: "bad-request",
  },
  {
    name: "a change from a page without an origin",
    method: "DELETE",
    path: "/v1/agents/ada",
    headers: { host: "127.0.0.1:8420", origin: "null" },
    status: 403,
    code: "bad-request",
  },
  {
    name: "a change that a browser calls cross-site",
    method: "POST",
    path: "/v1/agents/ada/pause",
    headers: { "sec-fetch-site": "cross-site" },
    status: 403,
    code: "bad-request",
  },
];

Deno.test.each(refusals)("$name is answered $status with a problem document", async (refusal) => {
  using house = livedIn();
  const api = new Caller(house);
  const { method, path, body, headers } = refusal;
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
});

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
  const api = new Caller(house, { token: "0123456789abcdef" });
  const get = (path: string, authorization?: string): Promise<Response> =>
    api.send("GET", path, undefined, authorization === undefined ? {} : { authorization });
  for (const path of ["/v1/agents", "/openapi.json", "/v1/events", "/nothing"]) {
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
  for (const path of ["/healthz", "/readyz"]) {
    const open = await get(path);
    assertEquals(open.status, 200);
    await open.body?.cancel();
  }
  const right = await get("/v1/agents", "Bearer 0123456789abcdef");
  assertEquals(right.status, 200);
  await right.body?.cancel();
});
