import { assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  isStuck,
  type Sign,
  type Spell,
  spellAfter,
  stuckSchema,
} from "../../src/supervisor/stuck.ts";
import { type Ending, exception, World } from "./fakes.ts";

const same: Omit<Sign, "step"> = { own: true, edited: false, value: 0, response: "return 1;" };

/** How long the last spell of a life is. */
function spellOf(signs: readonly Partial<Sign>[]): number {
  return signs.reduce<Spell | undefined>(
    (spell, sign, index) => spellAfter(spell, { ...same, step: index + 1, ...sign }),
    undefined,
  )?.steps ?? 0;
}

Deno.test.each<[string, Partial<Sign>[], number]>([
  ["says the same again and again", [{}, {}, {}, {}], 4],
  ["is not asked of any model, and does nothing", [{ response: null }, { response: null }], 2],
  ["has edited itself", [{}, {}, { edited: true }], 0],
  ["goes on after an edit", [{}, {}, { edited: true }, {}, {}], 2],
  ["has earned something", [{}, {}, { value: 0.5 }], 0],
  ["handles a letter", [{}, {}, { own: false }], 0],
  ["says something else", [{}, {}, { response: "return 2;" }], 1],
  ["says two things in turn", [{}, { response: "return 2;" }, {}, { response: "return 2;" }], 1],
])("the spell of an agent that %s", (_what, signs, steps) => {
  assertEquals(spellOf(signs), steps);
});

Deno.test("a spell is as long as the signs at the end that are alike and have nothing new", () => {
  const signs = fc.array(fc.record({
    own: fc.boolean(),
    edited: fc.boolean(),
    value: fc.constantFrom(0, 1),
    response: fc.constantFrom("a", "b", null),
  }));
  fc.assert(fc.property(signs, (signs) => {
    const last = signs.at(-1)?.response;
    const isNew = (sign: Omit<Sign, "step">): boolean =>
      !sign.own || sign.edited || sign.value > 0 || sign.response !== last;
    assertEquals(spellOf(signs), signs.length - 1 - signs.findLastIndex(isNew));
  }));
});

Deno.test("no spell is too long where the rule says so", () => {
  const spell = { since: 1, steps: 1_000_000, response: null };
  assertEquals(isStuck(spell, stuckSchema.parse({})), true);
  assertEquals(isStuck(spell, stuckSchema.parse({ steps: 0 })), false);
  assertEquals(isStuck(undefined, stuckSchema.parse({})), false);
});

const edit: Ending = { edit: { b: "b() {}" } };

/** A house with one agent that asks its model in every step, and lives through a plan. */
async function live(stuck: unknown, plan: readonly Ending[]): Promise<World> {
  const words = [...plan];
  const world = new World(async (_turn, { llm }, { query }) => {
    await llm(query);
    return words.shift() ?? {};
  }, { maxSteps: plan.length });
  world.supervisor.spawn({ name: "ada", firstQuery: "begin", stuck } as never);
  await world.finish();
  return world;
}

const told = ({ events }: World): unknown[] =>
  events.filter(({ kind }) => kind === "agent.stuck")
    .map(({ life, step, data }) => [life, step, data["since"], data["steps"], data["restart"]]);

Deno.test("an agent that is stuck is told of once a spell, and goes on", async () => {
  const world = await live({ steps: 3 }, [{}, {}, {}, {}, {}, edit, {}, {}, {}, {}]);
  assertEquals(told(world), [[1, 3, 1, 3, false], [1, 9, 7, 3, false]]);
  assertEquals(world.told("life.died", "life.truncated"), ["ada#1 life.truncated"]);
});

Deno.test("by its rule its life is cut, without a penalty, and the next begins one genome further back", async () => {
  const plan = [edit, exception(), {}, {}, {}, {}];
  const world = await live({ steps: 3, restart: true }, plan);
  assertEquals(told(world), [[2, 3, 1, 3, true]]);
  assertEquals(world.told("life.died", "life.truncated"), [
    "ada#1.2 life.died exception",
    "ada#2 life.truncated",
    "ada#3 life.truncated",
  ]);
  const names = world.pool.births.map(({ genome }) => Object.hasOwn(genome.methods, "b"));
  assertEquals(names, [false, true, false]);
  assertEquals(world.store.life("ada", 2)?.reward, 3);
});

Deno.test("the view says of which spell an agent is stuck, until there is something new", async () => {
  const words = [{}, {}, {}, edit];
  const seen: unknown[] = [];
  const world = new World(async (_turn, { llm }, { query }) => {
    seen.push(world.supervisor.look("ada").stuck);
    await llm(query);
    return words.shift() ?? {};
  }, { maxSteps: 5 });
  world.supervisor.spawn({ name: "ada", firstQuery: "begin", stuck: { steps: 2 } } as never);
  await world.finish();
  const response = "response to begin";
  assertEquals(seen, [
    null,
    null,
    { since: 1, steps: 2, response },
    { since: 1, steps: 3, response },
    null,
  ]);
});
