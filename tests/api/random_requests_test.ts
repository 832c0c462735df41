/**
 * Requests that nobody wrote by hand, made from the OpenAPI document: right ones, wrong ones, and wrong
 * in ways that no client means. `VIVARIUM_REQUESTS` says how many [1500]; 10,000 take about a minute.
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { messageOf } from "../../src/core/errors.ts";
import { BusyHouse } from "./busy_house.ts";
import { type ApiDescription, Conformity, type Content } from "./conformity.ts";
import { type RandomRequest, randomRequests } from "./random_requests.ts";

const total = Number(Deno.env.get("VIVARIUM_REQUESTS") ?? 1500);
const batch = 50;
/** What may be answered 5xx: an agent that was asked, and is paused, dead or slow. */
const notNow = new Set(["timeout", "unavailable", "overloaded"]);

Deno.test("no request breaks the house, and every answer is as the document says", async () => {
  await using house = new BusyHouse();
  for (const name of ["ada", "bob"]) house.supervisor.spawn({ name, firstQuery: "Count." });
  await house.steps("ada", 20);
  const document = await (await house.app.request("http://127.0.0.1/openapi.json"))
    .json() as ApiDescription;
  const conformity = new Conformity(document);
  const requests = randomRequests(document, {
    names: ["ada", "ada", "bob", "cyd", "nobody"],
    hashes: [...house.store.genomesOf("ada").items.map(({ hash }) => hash), "0".repeat(64)],
  });
  const answers = new Map<string, Map<number, number>>();

  const ask = async (request: RandomRequest): Promise<void> => {
    const { operationId, method, target, headers, body } = request;
    const response = await house.app.request(`http://127.0.0.1${target}`, {
      method,
      headers: headers.filter(([, value]) => value !== "") as [string, string][],
      body,
    });
    const { status } = response;
    try {
      await check(request, response);
    } catch (error) {
      const sent = JSON.stringify(request).slice(0, 3000);
      throw new Error(`${messageOf(error)}\n${status} to ${sent}\n${house.troubles.join("\n")}`);
    }
    const counts = answers.get(operationId) ?? new Map<number, number>();
    counts.set(status, (counts.get(status) ?? 0) + 1);
    answers.set(operationId, counts);
  };

  const check = async (request: RandomRequest, response: Response): Promise<void> => {
    const { operationId, method } = request;
    const type = response.headers.get("content-type")?.split(";")[0] ?? "";
    for (const name of ["x-request-id", "x-frame-options", "content-security-policy"]) {
      assert(response.headers.has(name), `no ${name}`);
    }
    if (type === "text/event-stream" && operationId === "streamEvents") {
      return await response.body?.cancel();
    }
    const text = await response.text();
    const { status } = response;
    if (method === "HEAD" || status === 304 || status === 204) return assertEquals(text, "");
    const own = method !== "OPTIONS" && document.paths[request.template]?.[method.toLowerCase()];
    if (status >= 400) {
      const compatible = /^\/(api|v1\/(chat|completions|models))\b/.test(request.template);
      const fault = compatible && own && type === "application/json"
        ? faultIn(own.responses["default"]?.content, type, text)
        : faultIn(problemContent, type, text);
      // A wrong method on a stranger's path is told in the stranger's words too.
      assert(
        fault === undefined || (compatible && type === "application/json"),
        `${fault}: ${text}`,
      );
      const { code } = JSON.parse(text);
      assert(status < 500 || notNow.has(code) && operationId === "sendMessage", text);
      return;
    }
    assert(own, `${method} is not in the document`);
    const described = own.responses[status];
    assert(described !== undefined, `${status} is not in the document: ${text}`);
    const fault = faultIn(described.content, type, text);
    assert(fault === undefined, `${fault}: ${text.slice(0, 1000)}`);
  };

  const problemContent: Content = {
    "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } },
  };
  const faultIn = (content: Content | undefined, type: string, text: string) => {
    const schema = content?.[type]?.schema;
    if (schema === undefined) return `content of type '${type}' is not in the document`;
    if (type === "application/octet-stream" || type === "text/event-stream") return undefined;
    if (type.startsWith("text/")) return conformity.fault(schema, text);
    const values = type.endsWith("ndjson") ? text.trim().split("\n") : [text];
    return values.map((each) => conformity.fault(schema, JSON.parse(each))).find((fault) => fault);
  };

  await fc.assert(
    fc.asyncProperty(fc.array(requests, { minLength: batch, maxLength: batch }), async (all) => {
      // Some at once, as clients do.
      for (let at = 0; at < all.length; at += 5) await Promise.all(all.slice(at, at + 5).map(ask));
    }),
    { numRuns: Math.ceil(total / batch), endOnFailure: true },
  );

  if (Deno.env.has("VIVARIUM_REQUESTS")) {
    for (const [operation, counts] of [...answers].sort()) {
      console.log(operation, Object.fromEntries([...counts].sort()));
    }
  }
  // The house still takes orders, and its agents still live.
  house.supervisor.spawn({ name: "probe", firstQuery: "Are you there?" });
  await house.steps("probe", 20);
  assertEquals(house.troubles, []);
  assert(!("polluted" in {}));
  // A test that only ever met refusals would have shown little.
  assertEquals(answers.size, Object.values(document.paths).flatMap(Object.values).length);
  const succeeded = [...answers.values()].flatMap((counts) => [...counts])
    .reduce((sum, [status, count]) => sum + (status < 300 ? count : 0), 0);
  assert(succeeded > total / 4, `${succeeded} of ${total} succeeded`);
});
