import { assertEquals } from "@std/assert";
import { exception, World } from "./fakes.ts";

const ada = { name: "ada", firstQuery: "begin" };
const edit = (name: string): { edit: Record<string, string> } => ({
  edit: { [name]: `${name}() {}` },
});
/** Methods beyond those that every agent has, by which a genome is known here. */
const own = (genome: { readonly methods: object }): string =>
  Object.keys(genome.methods).filter((name) => name.length === 1).join("");

Deno.test("lives of a group start alike, and the next group where the last of them led", async () => {
  const plan = ["b", "c", "d", "e", "f"].flatMap((name) => [
    { ...edit(name), query: `asked of ${name}` },
    // A life that was brought back and dies in its first steps would start the next one further back.
    { query: `asked of ${name}` },
    exception(),
  ]);
  const world = new World(() => plan.shift() ?? exception(), { maxSteps: 15, groupSize: 3 });
  world.supervisor.spawn(ada);
  await world.finish();
  const births = world.pool.births.map(({ genome, query }) => [own(genome), query]);
  assertEquals(births.slice(0, 5), [
    ["", "begin"],
    ["", "begin"],
    ["", "begin"],
    ["d", "asked of d"],
    ["d", "asked of d"],
  ]);
  assertEquals(world.episodes.map(({ id, group }) => [id, group]), [
    ["ada/1", "ada/1"],
    ["ada/2", "ada/1"],
    ["ada/3", "ada/1"],
    ["ada/4", "ada/4"],
    ["ada/5", "ada/4"],
  ]);
});

Deno.test("a life that was cut has a place in its group too", async () => {
  const names = [..."bcde"];
  const world = new World(() => edit(names.shift() ?? "z"), {
    maxSteps: 4,
    horizon: 1,
    groupSize: 2,
  });
  world.supervisor.spawn(ada);
  await world.finish();
  assertEquals(world.pool.births.slice(0, 4).map(({ genome }) => own(genome)), ["", "", "c", "c"]);
  assertEquals(world.episodes.map(({ end, group }) => [end, group]), [
    ["truncated", "ada/1"],
    ["truncated", "ada/1"],
    ["truncated", "ada/3"],
    ["truncated", "ada/3"],
  ]);
});

Deno.test("lives are in no group unless it is asked for", async () => {
  const world = new World(() => exception(), { maxSteps: 2 });
  world.supervisor.spawn(ada);
  await world.finish();
  assertEquals(world.episodes.map(({ group }) => group), [undefined, undefined]);
});
