import { assert, assertEquals } from "@std/assert";
import { openHouse } from "../../src/house/mod.ts";
import { policyDir } from "../../src/house/policy_dir.ts";
import { writeTinyCheckpoint } from "../policy/tiny_checkpoint.ts";

Deno.test("policyDir() lies beside the database, and in memory's case is gone with it", async () => {
  assertEquals((await policyDir("a/b.db")).dir, "a/b.db.policy");
  const { dir, remove } = await policyDir(":memory:");
  assert(Deno.statSync(dir).isDirectory);
  await remove();
  assert(await Deno.stat(dir).then(() => false, () => true));
});

Deno.test("openHouse() leaves nothing behind when its database is in memory", async () => {
  const folder = await Deno.makeTempDir({ prefix: "vivarium-memory-" });
  await writeTinyCheckpoint(`${folder}/base`);
  const made: string[] = [];
  const house = await openHouse({
    db: ":memory:",
    checkpoint: `${folder}/base`,
    names: [],
    warmCells: 0,
    onEvent: ({ kind }) => made.push(kind),
  });
  await house.stop();
  assert(made.includes("policy.started"));
  const left = [...Deno.readDirSync(".")].map(({ name }) => name);
  assertEquals(left.filter((name) => name.includes(":memory:")), []);
  await Deno.remove(folder, { recursive: true });
});
