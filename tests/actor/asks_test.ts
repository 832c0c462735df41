import { assert, assertEquals, assertRejects } from "@std/assert";
import { Asks } from "../../src/actor/mod.ts";
import { SimulatedClock } from "../../src/core/clock.ts";
import { VivariumError } from "../../src/core/errors.ts";
import { requirement } from "../supervisor/requirement.ts";

function question(id: number, asker: string | null, target: string, timeoutMs = 100) {
  return { id, asker, target, timeoutMs };
}

Deno.test("Asks.reply() answers the question that waits", async () => {
  const asks = new Asks(new SimulatedClock());
  const answer = asks.open(question(1, null, "ada"));
  assert(asks.reply(1, { n: 42 }));
  assertEquals(await answer, { n: 42 });
  assertEquals(asks.size, 0);
});

Deno.test(
  requirement(
    17,
    "Asks.open() rejects with 'timeout' when no answer comes, and a late reply is dropped",
  ),
  async () => {
    const clock = new SimulatedClock();
    const asks = new Asks(clock);
    const first = asks.open(question(1, null, "ada"));
    clock.advance(99);
    assert(asks.has(1));
    clock.advance(1);
    const error = await assertRejects(() => first, VivariumError, "100 ms");
    assertEquals(error.code, "timeout");
    const second = asks.open(question(2, null, "ada"));
    assertEquals(asks.reply(1, "late"), false);
    assert(asks.reply(2, "in time"));
    assertEquals(await second, "in time");
  },
);

Deno.test("Asks.reject() settles once, and says so before the asker hears", async () => {
  const asks = new Asks(new SimulatedClock());
  const order: string[] = [];
  const answer = asks.open({ ...question(1, "bob", "ada"), onSettled: () => order.push("settled") })
    .catch(() => order.push("heard"));
  assert(asks.reject(1, new VivariumError("unavailable", "dead")));
  assertEquals(asks.reject(1, new VivariumError("unavailable", "dead")), false);
  assertEquals(asks.reply(1, 1), false);
  await answer;
  assertEquals(order, ["settled", "heard"]);
});

Deno.test("Asks.rejectAll() rejects those for which it holds", async () => {
  const asks = new Asks(new SimulatedClock());
  const doomed = asks.open(question(1, "bob", "ada"));
  const spared = asks.open(question(2, "cyd", "ada"));
  asks.rejectAll(new VivariumError("unavailable", "over"), ({ asker }) => asker === "bob");
  await assertRejects(() => doomed, VivariumError, "over");
  asks.reply(2, null);
  assertEquals(await spared, null);
});

Deno.test.each<[string, [string, string][], string, string, boolean]>([
  ["itself", [], "ada", "ada", true],
  ["nobody waits", [], "ada", "bob", false],
  ["directly", [["ada", "bob"]], "ada", "bob", true],
  ["the other way", [["ada", "bob"]], "bob", "ada", false],
  ["over another", [["ada", "bob"], ["bob", "cyd"]], "ada", "cyd", true],
  ["one of two", [["ada", "bob"], ["ada", "cyd"], ["cyd", "dee"]], "ada", "dee", true],
  ["round a circle", [["ada", "bob"], ["bob", "ada"]], "ada", "cyd", false],
])("Asks.waitsFor() is right when: %s", (_name, waits, from, to, expected) => {
  const asks = new Asks(new SimulatedClock());
  waits.forEach(([asker, target], id) => asks.open(question(id, asker, target)).catch(() => {}));
  assertEquals(asks.waitsFor(from, to), expected);
});

Deno.test("Asks.circle() finds the first question that waits for itself", () => {
  const asks = new Asks(new SimulatedClock());
  const waits = [["zoe", "ada"], ["bob", "cyd"], ["cyd", "bob"]] as const;
  waits.forEach(([asker, target], id) => asks.open(question(id, asker, target)).catch(() => {}));
  assertEquals(asks.circle(["zoe", "cyd", "bob"])?.id, 2);
  assertEquals(asks.circle(["zoe"]), undefined);
});
