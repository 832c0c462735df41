import { assert, assertEquals } from "@std/assert";
import type { Json } from "../../src/core/json.ts";
import { first } from "../store/support.ts";
import { type ApiDescription, Conformity, type Schema } from "./conformity.ts";
import { Caller, livedIn, problemOf } from "./support.ts";

/** What people look at, and the document itself. */
function isPage(path: string): boolean {
  return path === "/" || path === "/openapi.json" || /^\/(docs|assets)\b/.test(path);
}

async function documentOf(api: Caller): Promise<ApiDescription> {
  return await api.json(200, "GET", "/openapi.json") as ApiDescription;
}

Deno.test("the OpenAPI document lists every route, each with an id, a summary and its problems", async () => {
  using house = livedIn();
  const api = new Caller(house);
  const { openapi, paths } = await documentOf(api);
  assertEquals(openapi, "3.1.0");
  const served = api.app.routes.filter(({ method, path }) => method !== "ALL" && !isPage(path)).map(
    ({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`,
  );
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method, path, operation }))
  );
  const listed = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
  assertEquals(listed.sort(), [...new Set(served)].sort());
  assert(listed.length >= 44);
  const ids = operations.map(({ operation }) => operation.operationId);
  assertEquals(new Set(ids).size, ids.length);
  for (const { path, operation } of operations) {
    assert(operation.summary.length > 0, path);
    if (path.startsWith("/v1/") || path.startsWith("/api/")) {
      // Strangers' clients are told of errors in their own shape.
      const type = ["openai", "ollama"].includes(operation.tags[0] ?? "")
        ? "application/json"
        : "application/problem+json";
      assert(type in (operation.responses["default"]?.content ?? {}), path);
    }
  }
});

Deno.test("every reference of the OpenAPI document leads somewhere", async () => {
  using house = livedIn();
  const document = await documentOf(new Caller(house));
  const references = JSON.stringify(document).match(/"\$ref":"[^"]+"/g) ?? [];
  assert(references.length > 10);
  for (const reference of references) {
    const [, name = ""] = reference.match(/#\/components\/schemas\/(\w+)"$/) ?? [];
    assert(name in document.components.schemas, reference);
  }
});

const answered: { method: string; path: string; operation: string; status: number; body?: Json }[] =
  [
    { method: "GET", path: "/healthz", operation: "/healthz", status: 200 },
    { method: "GET", path: "/readyz", operation: "/readyz", status: 200 },
    { method: "GET", path: "/v1/agents", operation: "/v1/agents", status: 200 },
    { method: "GET", path: "/v1/agents/ada", operation: "/v1/agents/{name}", status: 200 },
    {
      method: "GET",
      path: "/v1/agents/ada/lives",
      operation: "/v1/agents/{name}/lives",
      status: 200,
    },
    {
      method: "GET",
      path: "/v1/agents/ada/steps",
      operation: "/v1/agents/{name}/steps",
      status: 200,
    },
    {
      method: "GET",
      path: "/v1/agents/ada/genome",
      operation: "/v1/agents/{name}/genome",
      status: 200,
    },
    {
      method: "GET",
      path: "/v1/agents/ada/lineage",
      operation: "/v1/agents/{name}/lineage",
      status: 200,
    },
    {
      method: "GET",
      path: `/v1/genomes/${first.hash}/diff/${first.hash}`,
      operation: "/v1/genomes/{from}/diff/{to}",
      status: 200,
    },
    { method: "GET", path: "/v1/stats/survival", operation: "/v1/stats/survival", status: 200 },
    { method: "GET", path: "/v1/stats/causes", operation: "/v1/stats/causes", status: 200 },
    { method: "GET", path: "/v1/stats/learning", operation: "/v1/stats/learning", status: 200 },
    { method: "GET", path: "/v1/deaths", operation: "/v1/deaths", status: 200 },
    { method: "GET", path: "/v1/deaths/1", operation: "/v1/deaths/{id}", status: 200 },
    { method: "GET", path: "/v1/supervisors", operation: "/v1/supervisors", status: 200 },
    {
      method: "GET",
      path: "/v1/supervisors/root",
      operation: "/v1/supervisors/{name}",
      status: 200,
    },
    {
      method: "POST",
      path: "/v1/supervisors",
      operation: "/v1/supervisors",
      status: 201,
      body: { name: "pair", strategy: "one_for_all" },
    },
    {
      method: "POST",
      path: "/v1/deaths/1/replay",
      operation: "/v1/deaths/{id}/replay",
      status: 200,
    },
    {
      method: "POST",
      path: "/v1/deaths/1/minimal",
      operation: "/v1/deaths/{id}/minimal",
      status: 200,
    },
    {
      method: "POST",
      path: "/v1/agents/ada/fork",
      operation: "/v1/agents/{name}/fork",
      status: 201,
      body: { name: "adas-fork", life: 1, step: 1 },
    },
    { method: "GET", path: "/v1/policy", operation: "/v1/policy", status: 200 },
    { method: "GET", path: "/v1/policy/versions", operation: "/v1/policy/versions", status: 200 },
    {
      method: "POST",
      path: "/v1/agents/bob/messages",
      operation: "/v1/agents/{name}/messages",
      status: 202,
      body: { body: { any: ["thing", null] } },
    },
    { method: "GET", path: "/v1/models", operation: "/v1/models", status: 200 },
    { method: "GET", path: "/v1/models/policy", operation: "/v1/models/{id}", status: 200 },
    {
      method: "POST",
      path: "/v1/chat/completions",
      operation: "/v1/chat/completions",
      status: 200,
      body: {
        model: "policy",
        messages: [{ role: "user", content: [{ type: "text", text: "x" }] }],
      },
    },
    {
      method: "POST",
      path: "/v1/completions",
      operation: "/v1/completions",
      status: 200,
      body: { model: "policy", prompt: "x", n: 2 },
    },
    { method: "GET", path: "/api/tags", operation: "/api/tags", status: 200 },
    { method: "GET", path: "/api/version", operation: "/api/version", status: 200 },
    {
      method: "POST",
      path: "/api/show",
      operation: "/api/show",
      status: 200,
      body: { model: "policy" },
    },
    {
      method: "POST",
      path: "/api/generate",
      operation: "/api/generate",
      status: 200,
      body: { model: "policy", prompt: "x", stream: false },
    },
    {
      method: "POST",
      path: "/api/chat",
      operation: "/api/chat",
      status: 200,
      body: { model: "policy", messages: [{ role: "user", content: "x" }], stream: false },
    },
  ];

Deno.test.each(answered)("$method $path answers as the document says", async (request) => {
  using house = livedIn();
  const api = new Caller(house);
  const document = await documentOf(api);
  const operation = document.paths[request.operation]?.[request.method.toLowerCase()];
  const content = operation?.responses[String(request.status)]?.content;
  const body = await api.json(request.status, request.method, request.path, request.body);
  accepts(document, content?.["application/json"]?.schema, body);
});

Deno.test("problems are as the document says", async () => {
  using house = livedIn();
  const api = new Caller(house);
  const document = await documentOf(api);
  for (const path of ["/v1/deaths/0", "/v1/agents/nobody", "/nothing", "/v1/deaths?cursor=x"]) {
    accepts(
      document,
      document.components.schemas["Problem"],
      await problemOf(await api.send("GET", path)),
    );
  }
});

/** Checks a value against a schema of the document. */
function accepts(document: ApiDescription, schema: Schema | undefined, value: unknown): void {
  assert(schema !== undefined);
  const fault = new Conformity(document).fault(schema, value);
  assert(fault === undefined, `${fault} in ${JSON.stringify(value)}`);
}

Deno.test("every operation has examples, and they are as the document says", async () => {
  using house = livedIn();
  const document = await documentOf(new Caller(house));
  const conformity = new Conformity(document);
  let checked = 0;
  for (
    const operation of Object.values(document.paths).flatMap((methods) => Object.values(methods))
  ) {
    const contents = [
      ["request", operation.requestBody?.content ?? {}],
      ...Object.entries(operation.responses).filter(([status]) => status !== "default")
        .map(([status, { content }]) => [status, content ?? {}] as const),
    ] as const;
    for (const [what, content] of contents) {
      const [type, media] = Object.entries(content)[0] ?? [];
      if (media?.schema === undefined || type === "application/octet-stream") continue;
      const where = `${operation.operationId} ${what}`;
      const component = document.components.schemas[refOf(media.schema)];
      const example = media.example ?? component?.["example"];
      assert(example !== undefined, `${where} has no example: src/api/openapi/examples.ts`);
      assertEquals(conformity.fault(media.schema, example), undefined, where);
      checked++;
    }
  }
  assert(checked > 50, `${checked}`);
});

function refOf(schema: Schema): string {
  return String(schema["$ref"] ?? "").split("/").at(-1) ?? "";
}
