import { assert, assertEquals } from "@std/assert";
import { BusyHouse } from "./busy_house.ts";

Deno.test("over HTTP, too, what a spec leaves out is as the pool's template says", async () => {
  await using house = new BusyHouse();
  const send = async (path: string, body: unknown): Promise<Record<string, unknown>> => {
    const response = await house.app.request(`http://127.0.0.1${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return { status: response.status, ...await response.json() };
  };
  const pool = await send("/v1/supervisors", {
    name: "choir",
    strategy: "simple_one_for_one",
    template: { restart: "temporary", ticking: false, horizon: 7 },
  });
  assertEquals(pool["status"], 201);
  const { firstQuery } = pool["template"] as { firstQuery: string };
  assert(firstQuery.length > 0);
  const eve = await send("/v1/agents", { name: "eve", supervisor: "choir" });
  const { restart, horizon } = eve["spec"] as Record<string, unknown>;
  assertEquals([restart, horizon, eve["firstQuery"]], ["temporary", 7, firstQuery]);
  const fay = await send("/v1/agents", { name: "fay", supervisor: "choir", firstQuery: "Hum." });
  assertEquals(fay["firstQuery"], "Hum.");
  const refused = await send("/v1/agents", { name: "gus", supervisor: "choir", horizon: 8 });
  assertEquals(refused["status"], 400);
  assert(String(refused["detail"]).includes("'horizon'"), JSON.stringify(refused));
});
