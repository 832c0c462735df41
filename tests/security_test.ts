import { assert, assertEquals } from "@std/assert";
import { parseCorpus } from "../scripts/escapes/corpus.ts";
import { honestHandlers } from "./cell/honest_handlers.ts";

const root = new URL("../", import.meta.url);
const read = (path: string): Promise<string> => Deno.readTextFile(new URL(path, root));
const page = await read("SECURITY.md");

Deno.test("SECURITY.md lists every dependency, and no other", async () => {
  const { imports } = JSON.parse(await read("deno.json")) as { imports: Record<string, string> };
  const packages = Object.entries(imports)
    .filter(([name, target]) => target.startsWith("npm:") && !name.endsWith("/"))
    .map(([name]) => name);
  const table = page.slice(page.indexOf("## Dependencies"));
  const listed = [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name);
  assertEquals(listed.toSorted(), packages.toSorted());
});

Deno.test("every dependency is pinned to the digit and locked by its hash", async () => {
  const { imports } = JSON.parse(await read("deno.json")) as { imports: Record<string, string> };
  for (const [name, target] of Object.entries(imports)) {
    if (target.startsWith("./")) continue;
    assert(/^npm:\/?(@[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+\/?$/.test(target), `${name}: ${target}`);
  }
  const { npm } = JSON.parse(await read("deno.lock")) as {
    npm: Record<string, { integrity?: string }>;
  };
  const unlocked = Object.entries(npm).filter(([, { integrity }]) =>
    !/^sha512-/.test(integrity ?? "")
  );
  assertEquals(unlocked.map(([name]) => name), []);
});

Deno.test("SECURITY.md names files that are there", async () => {
  const names = [...page.matchAll(/`((?:src|workers|tests|scripts)\/[\w./]+)`/g)]
    .flatMap(([, name]) => name === undefined ? [] : [name]);
  for (const name of names) await Deno.stat(new URL(name, root));
  assert(names.length > 10);
});

Deno.test("SECURITY.md has the numbers of the corpus and of the honest handlers", async () => {
  const attacks = parseCorpus(await read("tests/escapes/escapes.jsonl")).length;
  assert(page.includes(`runs ${attacks} attacks`), `${attacks}`);
  const honest = Object.keys(honestHandlers).length;
  assert(page.includes(`${honest} honest handlers`), `${honest}`);
});
