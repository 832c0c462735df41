import { assert, assertEquals } from "@std/assert";
import { requirement } from "./requirement.ts";
import { requirements } from "./requirements.ts";

/** Which behaviours the tests cite, by id, with the files that do. */
async function citations(): Promise<ReadonlyMap<number, ReadonlySet<string>>> {
  const cited = new Map<number, Set<string>>();
  const root = new URL("..", import.meta.url);
  for await (const path of testFiles(root)) {
    const source = await Deno.readTextFile(path);
    for (const [, ids = ""] of source.matchAll(/\brequirement\(\s*(\d+|\[[\d,\s]+\]),/g)) {
      for (const [id] of ids.matchAll(/\d+/g)) {
        cited.set(Number(id), (cited.get(Number(id)) ?? new Set()).add(path.pathname));
      }
    }
  }
  return cited;
}

async function* testFiles(folder: URL): AsyncGenerator<URL> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* testFiles(new URL(`${name}/`, folder));
    else if (name.endsWith("_test.ts") && name !== "requirements_test.ts") {
      yield new URL(name, folder);
    }
  }
}

Deno.test("every behaviour of SUPERVISION.md is cited by a test, or says why not", async () => {
  const cited = await citations();
  assertEquals(requirements.map(({ id }) => id), Array.from({ length: 25 }, (_, at) => at + 1));
  for (const { id, says, unproven, gap } of requirements) {
    if (unproven === undefined) assert(cited.has(id), `nothing shows ${id}: ${says}`);
    else assert(!cited.has(id), `${id} is cited, and says that it is unproven: ${unproven}`);
    if (unproven !== undefined) console.log(`unproven ${id}: ${says} (${unproven})`);
    if (gap !== undefined) console.log(`not all of ${id}: ${gap}`);
  }
  for (const id of cited.keys()) {
    assert(requirements.some((each) => each.id === id), `there is no behaviour ${id}`);
  }
});

Deno.test("requirement() says in a test's name what it cites", () => {
  assertEquals(requirement(7, "it answers"), "it answers [supervision 7]");
  assertEquals(requirement([1, 8], "it stops"), "it stops [supervision 1, 8]");
});
