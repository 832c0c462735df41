import { assertEquals, assertThrows } from "@std/assert";
import { firstGenome, type Genome } from "../../src/genome/mod.ts";
import {
  energyAfter,
  energySchema,
  rewardOf,
  type SeenStep,
  totalReward,
  totalValue,
  unpaid,
  valueOf,
} from "../../src/reward/mod.ts";

const add = "(a, b) => a + b";
const grown: Genome = {
  ...firstGenome,
  methods: { ...firstGenome.methods, add },
  attributes: { label: "x" },
};
const step: SeenStep = {
  before: firstGenome,
  after: grown,
  used: [],
  answered: false,
  solved: false,
};

Deno.test("valueOf() pays a new method when it has been called, once a life", () => {
  const first = valueOf(unpaid(firstGenome), { ...step, used: ["add"] });
  assertEquals(first.terms, ["method"]);
  assertEquals(valueOf(first.worth, { ...step, before: grown, used: ["add"] }).terms, []);
});

Deno.test("valueOf() pays nothing for what a life was born with, however often it is used", () => {
  const used = ["add", "label", "execute", "toString"];
  assertEquals(valueOf(unpaid(grown), { ...step, before: grown, used }).terms, []);
});

Deno.test("valueOf() pays an inherited method that was made anew", () => {
  const after = { ...grown, methods: { ...grown.methods, add: "(a, b) => b + a" } };
  assertEquals(valueOf(unpaid(grown), { ...step, before: grown, after, used: ["add"] }).terms, [
    "method",
  ]);
});

Deno.test("valueOf() pays an attribute only when a later step reads it", () => {
  assertEquals(valueOf(unpaid(firstGenome), { ...step, used: ["label"] }).terms, []);
  assertEquals(valueOf(unpaid(firstGenome), { ...step, before: grown, used: ["label"] }).terms, [
    "attribute",
  ]);
});

Deno.test("valueOf() pays each answer, and a task once", () => {
  const first = valueOf(unpaid(firstGenome), { ...step, answered: true, solved: true });
  assertEquals(first.terms, ["answer", "task"]);
  assertEquals(valueOf(first.worth, { ...step, answered: true, solved: true }).terms, ["answer"]);
});

Deno.test("rewardOf() adds value to survival, term by term; a death has none", () => {
  const rewards = rewardOf({ lived: true, values: ["method", "method", "attribute"] });
  assertEquals(rewards, [
    { term: "survival", value: 1 },
    { term: "method", value: 10 },
    { term: "attribute", value: 2 },
  ]);
  assertEquals([totalReward(rewards), totalValue(rewards)], [13, 12]);
});

Deno.test("energyAfter() takes for the step and its tokens, gives for value, and is bounded", () => {
  const settings = energySchema.parse({
    perStep: 1,
    perToken: 0.5,
    perValue: 3,
    start: 5,
    most: 10,
  });
  assertEquals(energyAfter(5, { tokens: 4, value: 0 }, settings), 2);
  assertEquals(energyAfter(5, { tokens: 0, value: 1 }, settings), 7);
  assertEquals(energyAfter(9, { tokens: 0, value: 9 }, settings), 10);
  assertThrows(() => energySchema.parse({ start: 200 }));
});
