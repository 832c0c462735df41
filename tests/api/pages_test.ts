import { assert, assertEquals, assertMatch } from "@std/assert";
import { Caller, FakeHouse, livedIn } from "./support.ts";

Deno.test("/docs is a page of this house alone, under a policy that lets nothing else in", async () => {
  using house = new FakeHouse();
  const api = new Caller(house);
  const page = await api.send("GET", "/docs");
  assertEquals(page.status, 200);
  const policy = page.headers.get("content-security-policy") ?? "";
  assertMatch(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/);
  assert(!/unsafe|http|\*/.test(policy), policy);
  const html = await page.text();
  const loaded = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path ?? "");
  assertEquals(loaded.length, 5);
  for (const path of loaded) {
    assertMatch(path, /^\/(docs\/|openapi\.json)/);
    const response = await api.send("GET", path);
    assertEquals(response.status, 200, path);
    assert((await response.bytes()).length > 100, path);
  }
  // No script and no style stands in the page itself.
  assert(!/<script>|<style|style=|\son\w+=/.test(html));
});

Deno.test("/metrics counts what happens from its beginning on, and asks for what is", async () => {
  using house = livedIn();
  const api = new Caller(house);
  house.happen(
    {
      kind: "step.committed",
      agent: "ada",
      life: 3,
      step: 1,
      data: { edited: ["greet"], reward: 1, elapsedMs: 20 },
    },
    { kind: "step.committed", agent: "ada", life: 3, step: 2, data: { edited: [], reward: 0.5 } },
    {
      kind: "life.died",
      agent: "ada",
      life: 3,
      cause: "hang",
      data: { owner: "agent", reward: -10, detectedMs: 2 },
    },
    { kind: "message.dead-letter", agent: "bob", data: { reason: "overflow" } },
  );
  await (await api.send("GET", "/v1/agents/ada")).body?.cancel();
  await (await api.send("GET", "/v1/agents/nobody")).body?.cancel();
  await (await api.send("GET", "/made/up/by/a/stranger")).body?.cancel();
  const response = await api.send("GET", "/metrics");
  assertEquals(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  const text = await response.text();
  for (
    const line of [
      "vivarium_steps_total 2",
      "vivarium_edits_total 1",
      "vivarium_reward_sum -8.5",
      'vivarium_deaths_total{cause="hang",owner="agent"} 1',
      'vivarium_dead_letters_total{reason="overflow"} 1',
      'vivarium_step_duration_seconds_bucket{le="0.03"} 2',
      'vivarium_agents{status="running"} 2',
      "vivarium_policy_up 1",
      'vivarium_http_request_duration_seconds_count{route="/v1/agents/:name",method="GET",status="200"} 1',
      'vivarium_http_request_duration_seconds_count{route="/v1/agents/:name",method="GET",status="404"} 1',
      'vivarium_http_request_duration_seconds_count{route="none",method="GET",status="404"} 1',
    ]
  ) assert(text.split("\n").includes(line), `${line} in\n${text}`);
  assert(!text.includes("stranger"));
});

Deno.test("two houses in one process do not mix their figures", async () => {
  using one = livedIn();
  using other = new FakeHouse();
  const apis = [new Caller(one), new Caller(other)];
  one.happen({ kind: "life.started", agent: "ada", life: 4, data: {} });
  const counts = await Promise.all(apis.map(async (api) => {
    const text = await (await api.send("GET", "/metrics")).text();
    return text.match(/^vivarium_lives_started_total (\d+)$/m)?.[1];
  }));
  assertEquals(counts, ["1", "0"]);
});

Deno.test("a version of the policy is had as a file, in both formats", async () => {
  using house = new FakeHouse();
  const api = new Caller(house);
  const file = async (query: string): Promise<unknown[]> => {
    const response = await api.send("GET", `/v1/policy/versions/1/model${query}`);
    return [
      response.headers.get("content-type"),
      response.headers.get("content-disposition"),
      await response.text(),
    ];
  };
  const type = "application/octet-stream";
  const name = (format: string): string => `attachment; filename="policy-1.${format}"`;
  assertEquals(await file(""), [type, name("safetensors"), "safetensors of 1"]);
  assertEquals(await file("?format=onnx"), [type, name("onnx"), "onnx of 1"]);
});
