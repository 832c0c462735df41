import { assertEquals } from "@std/assert";
import { exception, World } from "./fakes.ts";

/** A method that makes a genome another one. */
const edit = (name: string): { edit: Record<string, string> } => ({
  edit: { [name]: `${name}() {}` },
});

/** What each life of an agent was born with, in words: the one-letter methods of its genome. */
async function births(resurrection: unknown, plan: readonly unknown[]): Promise<string[]> {
  const words = [...plan] as ReturnType<typeof exception>[];
  const world = new World(() => words.shift() ?? {}, { maxSteps: plan.length + 2 });
  world.supervisor.spawn({ name: "ada", firstQuery: "begin", resurrection } as never);
  await world.finish();
  return world.pool.births.map(({ genome }) =>
    Object.keys(genome.methods).filter((name) => name.length === 1).join("")
  );
}

const lived = {};

Deno.test("lastGood goes back past genomes that were not lived with for so many steps", async () => {
  const plan = [edit("b"), lived, edit("c"), exception(), lived, lived, exception()];
  assertEquals(await births({ lastGood: 2 }, plan), ["", "b", "b"]);
  assertEquals(await births("last", plan), ["", "bc", "bc"]);
});

Deno.test("lastGood counts the steps of all lives, as the ledger has them", async () => {
  const plan = [edit("b"), exception(), lived, lived, lived, edit("b"), exception()];
  assertEquals(await births({ lastGood: 2 }, plan), ["", "", "b"]);
});

Deno.test("ancestor goes back so many edits, and from there again", async () => {
  const plan = [edit("b"), edit("c"), edit("d"), exception(), lived, lived, lived, exception()];
  assertEquals(await births({ ancestor: 1 }, plan), ["", "bc", "b"]);
});
