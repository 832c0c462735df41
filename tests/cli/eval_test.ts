import { assertEquals, assertMatch } from "@std/assert";
import { invoke } from "./support.ts";

const folder = await Deno.makeTempDir({ prefix: "vivarium-eval-test-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

/** What the agents of one policy answer: `lived` steps survived, then one that kills. */
function script(name: string, lived: number): string {
  const path = `${folder}/${name}.jsonl`;
  const lines = ["ada", "bob"].flatMap((agent) => [
    ...Array.from({ length: lived }, () => ({ agent, response: "this.state.n = 1;" })),
    { agent, response: "throw new Error('over');" },
  ]);
  Deno.writeTextFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return `scripted:${path}`;
}

Deno.test("eval watches real lives of each policy and seed, and compares the policies", async () => {
  const [short, long] = [script("short", 0), script("long", 3)];
  const common = ["eval", "--agents", "2", "--steps", "4", "--profile", "portable"];
  const { code, out, err } = await invoke(
    [...common, "--llm", short, long, "--seeds", "7", "--keep", folder, "--json"],
  );
  assertEquals([code, err], [0, ""]);
  const told = JSON.parse(out);
  const rows = told.results.map((
    row: { spec: string; seed: number; median: number; causes: unknown },
  ) => [row.spec, row.seed, row.median, row.causes]);
  const causes = [{ cause: "exception", deaths: 2 }];
  assertEquals(rows, [[short, 7, 0, causes], [long, 7, 3, causes]]);
  assertEquals(told.logRank.degreesOfFreedom, 1);
  const dbs = [...Deno.readDirSync(folder)].filter(({ name }) => name.endsWith(".db"));
  assertEquals(dbs.length, 2);

  const words = await invoke([...common, "--llm", long, "--seeds", "1-2"]);
  assertMatch(words.out, /^POLICY +SEED +LIVES +STEPS +MEDIAN +PAST 50 /);
  assertMatch(words.out, /^scripted:.+ 2 +2 +6 +3 \[3, –\] .* 2 exception$/m);
  assertMatch(words.out, /^scripted:.+ all +4 +12 +3 \[3, –\] .* 4 exception$/m);
});

Deno.test("eval refuses a policy that was trained nowhere, and a list of seeds that is none", async () => {
  const missing = await invoke(["eval", "--llm", `policy:${folder}/none.db`, "--seeds", "1"]);
  assertEquals(missing.code, 2);
  assertMatch(
    missing.err,
    /^error: cannot use 'policy:.*none\.db'.*\nhint: name a database on which/,
  );
  const seeds = await invoke(["eval", "--seeds", "5-1"]);
  assertEquals(seeds.code, 2);
  assertMatch(seeds.err, /A range goes up/);
});
