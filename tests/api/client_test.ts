import { assert, assertEquals } from "@std/assert";
import { connect } from "../../src/api/mod.ts";
import type { Cause } from "../../src/death/mod.ts";
import { Caller, livedIn } from "./support.ts";

Deno.test("connect() gives a client whose requests and answers have the types of the routes", async () => {
  using house = livedIn();
  const { app } = new Caller(house, {
    tokens: [{ scope: "admin", token: "0123456789abcdef" }],
  });
  const client = connect("http://127.0.0.1", {
    token: "0123456789abcdef",
    fetch: async (input, init) => await app.request(input, init),
  });
  const listed = await client.v1.deaths.$get({ query: { cause: "hang", limit: "5" } });
  assert(listed.status === 200);
  const { items, next } = await listed.json();
  const causes: Cause[] = items.map(({ cause }) => cause);
  const ids: number[] = items.map(({ id }) => id);
  // @ts-expect-error a death has no such field
  assertEquals(items.map(({ birthday }) => birthday), [undefined]);
  assertEquals([causes, ids, next], [["hang"], [1], null]);

  const told = await client.v1.agents[":name"].messages.$post({
    param: { name: "bob" },
    query: {},
    json: { body: { n: 1 } },
  });
  assertEquals([told.status, house.supervisor.told.length], [202, 1]);
  const killed = await client.v1.agents[":name"].kill.$post({ param: { name: "bob" }, header: {} });
  assertEquals([killed.status, house.supervisor.orders], [200, ["kill bob"]]);
  // @ts-expect-error there is no such route
  assertEquals(typeof client.v1.births, "function");
  // @ts-expect-error a death's number is a text in a path, and is not named 'number'
  const wrong = await client.v1.deaths[":id"].$get({ param: { number: "1" } });
  assertEquals(wrong.status, 400);
});
