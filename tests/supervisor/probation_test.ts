import { assert, assertEquals, assertThrows } from "@std/assert";
import type { GenomeHash } from "../../src/core/ids.ts";
import { VivariumError } from "../../src/core/errors.ts";
import {
  afterStep,
  type Ancestry,
  beginAncestry,
  recallAncestry,
  resurrect,
  trustedPlace,
} from "../../src/supervisor/ancestry.ts";
import { type Behaviour, type Ending, exception, World } from "./fakes.ts";

const hash = (letter: string): GenomeHash => letter as GenomeHash;
const taken = (letter: string) => ({ genome: hash(letter), query: `after ${letter}` });

/** The way of an agent whose steps left it with these genomes, one letter each. */
function wayOf(steps: string): Ancestry {
  return [...steps].reduce(
    (way, letter) => afterStep(way, taken(letter)),
    beginAncestry(taken("a")),
  );
}

const trusted = (steps: string, probation: number): string => {
  const way = wayOf(steps);
  return way.path[trustedPlace(way, probation)]?.genome ?? "";
};

Deno.test("a genome is trusted once so many steps were lived with it or what came of it", () => {
  assertEquals(trusted("", 3), "a");
  assertEquals(trusted("b", 3), "a");
  assertEquals(trusted("bbb", 3), "a");
  assertEquals(trusted("bbbb", 3), "b");
  assertEquals(trusted("bcde", 3), "b", "edits on top of it count for it");
  assertEquals(trusted("bcdef", 3), "c");
  assertEquals(trusted("bcdef", 0), "f");
});

Deno.test("what is forgotten of a long way takes nobody's trust", () => {
  const letters = Array.from({ length: 200 }, (_, at) => String.fromCharCode(0x4e00 + at)).join("");
  assertEquals(trusted(letters, 3), letters[196]);
  assertEquals(trusted(letters, 150), "a", "older than what is remembered: the first");
});

Deno.test("going back to the trusted one ends the probation; the rule may go further", () => {
  const way = wayOf("bbbbcd");
  const back = resurrect(way, { from: "trusted", probation: 3 });
  assertEquals(back.path.map(({ genome }) => genome), ["a", "b"].map(hash));
  assertEquals(trustedPlace(back, 3), 1);
  const first = resurrect(way, { from: "trusted", probation: 3, rule: { ancestor: 9 } });
  assertEquals(first.path.map(({ genome }) => genome), [hash("a")]);
});

Deno.test("after a kill of the house a genome is as old as the steps lived with it", () => {
  const lived: Record<string, number> = { b: 5, c: 1 };
  const way = recallAncestry(
    taken("a"),
    ["c", "b", "a"].map(taken),
    taken("c"),
    (genome) => lived[genome] ?? 0,
  );
  assertEquals(way.path[trustedPlace(way, 3)]?.genome, hash("b"));
});

Deno.test("a rule of the host chooses among the genomes that the life may start from", () => {
  const way = wayOf("bbcdd");
  const seen: unknown[] = [];
  const by = (place: number): string | undefined => {
    const rule = (way: readonly unknown[], cause: string): number => {
      seen.push([way.length, cause]);
      return place;
    };
    const choice = { from: "trusted", probation: 2, rules: { mine: rule }, cause: "hang" } as const;
    return resurrect(way, { ...choice, rule: { rule: "mine" } }).path.at(-1)?.genome;
  };
  assertEquals([by(1), by(99), by(-4), by(NaN), by(1.9)], ["b", "c", "a", "c", "b"].map(hash));
  assertEquals(seen[0], [3, "hang"]);
});

const edit = (name: string): Ending => ({ edit: { [name]: `${name}() {}` } });
const lived: Ending = {};

/** One agent that lives through a plan; the letters that each of its lives was born with. */
async function live(
  spec: Record<string, unknown>,
  plan: readonly Ending[],
  options: ConstructorParameters<typeof World>[1] = {},
): Promise<{ readonly world: World; readonly births: readonly string[] }> {
  const words = [...plan];
  const behaviour: Behaviour = () => words.shift() ?? lived;
  const world = new World(behaviour, { maxSteps: plan.length + 2, ...options });
  world.supervisor.spawn({ name: "ada", firstQuery: "begin", ...spec } as never);
  if (spec["probation"] !== undefined) assertEquals(world.pool.reserved, 1);
  await world.finish();
  assertEquals(world.pool.reserved, 0);
  const births = world.pool.births.map(({ genome }) =>
    Object.keys(genome.methods).filter((name) => name.length === 1).join("")
  );
  return { world, births };
}

Deno.test("who dies on probation goes back at once; later the same genome has its second chance", async () => {
  const early = [edit("b"), lived, lived, edit("c"), lived, exception()];
  assertEquals((await live({ probation: 2 }, early)).births, ["", "b"]);
  assertEquals((await live({}, early)).births, ["", "bc"]);
  const late = [edit("b"), lived, lived, edit("c"), lived, lived, exception()];
  assertEquals((await live({ probation: 2 }, late)).births, ["", "bc"]);
});

Deno.test("a death that is not the agent's doing says nothing of a new genome", async () => {
  const fallen: Ending = {
    die: { exit: { code: 137, signal: "SIGKILL" } },
    hard: true,
  };
  const plan = [edit("b"), fallen, lived, exception()];
  const { births, world } = await live({ probation: 5 }, plan);
  assertEquals(births, ["", "b", ""]);
  assertEquals(
    world.store.deaths().items.map(({ decision }) => (decision as { from: string }).from).reverse(),
    ["last", "trusted"],
  );
});

Deno.test("the view and each step say what a genome on probation would go back to", async () => {
  const { world } = await live({ probation: 2 }, [edit("b"), lived, lived]);
  const told = world.events.filter(({ kind }) => kind === "step.committed")
    .map(({ data }) => (data as { probation?: { left: number } }).probation?.left);
  assertEquals(told.slice(0, 4), [2, 1, undefined, undefined]);
});

Deno.test("the whole way down: the trusted one, further, the first, failed; an operator clears it", async () => {
  const giveUp = { deaths: 4, withinMs: 3_600_000 };
  const good = [edit("b"), lived, lived, edit("c"), lived, lived, edit("d")];
  const plan = [...good, exception(), exception(), exception(), exception()];
  const { world, births } = await live({ probation: 2, giveUp }, plan);
  assertEquals(births, ["", "bc", "b", ""]);
  assertEquals(world.supervisor.look("ada").status, "failed");
  assertEquals(world.told("agent.failed"), ["ada agent.failed"]);
  world.supervisor.revive("ada");
  await world.pass(200);
  assertEquals(world.supervisor.look("ada").status, "running");
  assertEquals(world.supervisor.look("ada").life, 5);
});

Deno.test("a house has the rules it was given, and a rule that throws loses no life", async () => {
  const rules = {
    mine: () => 0,
    broken: (): number => {
      throw new Error("it broke");
    },
  };
  const plan = [edit("b"), edit("c"), exception()];
  const own = await live({ resurrection: { rule: "mine" } }, plan, { resurrections: rules });
  assertEquals(own.births, ["", ""]);
  const broken = await live({ resurrection: { rule: "broken" } }, plan, { resurrections: rules });
  assertEquals(broken.births, ["", "bc"]);
  assertEquals(broken.world.troubles.length, 1);
  const stranger = { name: "eve", firstQuery: "begin", resurrection: { rule: "theirs" } };
  const { supervisor } = new World(() => lived, { resurrections: rules });
  const refused = assertThrows(() => supervisor.spawn(stranger as never), VivariumError);
  assert(refused.message.includes("received 'theirs'"));
});
