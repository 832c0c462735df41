import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { slopeOf } from "../../scripts/soak/slope.ts";
import { compare } from "../../scripts/soak/soak.ts";

Deno.test("slopeOf() is the line by least squares, with Student's interval", () => {
  // By hand: Sxy 35.35 over Sxx 17.5, and t(0.975; 4) = 2.776445.
  const { slope, plusMinus } = slopeOf([0, 1, 2, 3, 4, 5], [2.1, 3.9, 6.2, 7.8, 10.1, 12.2]);
  assertAlmostEquals(slope, 2.02, 1e-9);
  assertAlmostEquals(plusMinus, 0.118726, 0.001);
});

Deno.test("slopeOf() refuses what is no line", () => {
  assertThrows(() => slopeOf([1, 2], [1, 2]), RangeError, "3 points");
  assertThrows(() => slopeOf([1, 1, 1], [1, 2, 3]), RangeError, "the same");
});

const lethal = { number: 1, agent: "ada", cause: "hang", response: "while (true) {}" };
const death = { agent: "ada", life: 1, cause: "hang", owner: "agent", response: "while (true) {}" };

Deno.test("compare() takes one death of the right agent and cause, and tells every other", () => {
  const told = (...deaths: Partial<typeof death>[]): readonly string[] =>
    compare([lethal], deaths.map((each) => ({ ...death, ...each }) as never));
  assertEquals(told({}), []);
  assertEquals(told(), ["lethal response 1 to ada, hang: no death"]);
  assertEquals(told({}, { life: 2 }), [
    "lethal response 1 to ada, hang: ada agent hang, ada agent hang",
  ]);
  assertEquals(told({ cause: "heap" }), ["lethal response 1 to ada, hang: ada agent heap"]);
  assertEquals(told({ agent: "bob" }), ["lethal response 1 to ada, hang: bob agent hang"]);
  assertEquals(told({}, { life: 2, cause: "cell", response: "" }), [
    "ada#2 died of cell, and nobody meant it to",
  ]);
});
