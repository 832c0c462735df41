import { assertEquals, assertGreater } from "@std/assert";
import { killAgainAndAgain } from "./kills.ts";

Deno.test("a house that is killed again and again under load loses and doubles nothing, and leaves no cell", async () => {
  const { findings, acknowledged } = await killAgainAndAgain({ kills: 3, seed: 7 });
  assertEquals(findings, []);
  assertGreater(acknowledged.steps, 0);
  assertGreater(acknowledged.messages, 0);
  assertGreater(acknowledged.rewards, 0);
});
