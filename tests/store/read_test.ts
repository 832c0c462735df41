import { DatabaseSync } from "node:sqlite";
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import { sha256 } from "../../src/core/hash.ts";
import { applicationId, migrations } from "../../src/store/migrations.ts";
import { openStore, readStore } from "../../src/store/mod.ts";
import { agentRow, first } from "./support.ts";

const folder = await Deno.makeTempDir({ prefix: "vivarium-read-test-" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

Deno.test("readStore() reads what another connection goes on to write, and writes nothing", async () => {
  const path = `${folder}/live.db`;
  const writer = openStore(path);
  const reader = await readStore(path);
  try {
    writer.commit({ genomes: [first], agents: [agentRow("ada")] });
    assertEquals(reader.agent("ada")?.name, "ada");
    assertThrows(() => reader.setMeta("seed", 1), VivariumError, "readonly");
    assertThrows(
      () => reader.commit({ events: [{ kind: "house.stopped", data: {} }] }),
      VivariumError,
      "readonly",
    );
  } finally {
    reader.close();
    writer.close();
  }
});

Deno.test("readStore() reads an older file by a copy, and leaves the file as it was", async () => {
  const path = `${folder}/older.db`;
  const older = new DatabaseSync(path);
  older.exec(String(migrations[0]));
  older.exec(`pragma application_id = ${applicationId}; pragma user_version = 1`);
  older.exec("insert into meta (key, value) values ('seed', '7')");
  older.close();
  const before = sha256(Deno.readFileSync(path));
  const reader = await readStore(path);
  assertEquals(reader.getMeta("seed"), 7);
  assertEquals(reader.deaths().items, []);
  reader.close();
  assertEquals(sha256(Deno.readFileSync(path)), before);
});

Deno.test("readStore() refuses a file that is not there, and makes none", async () => {
  const path = `${folder}/none.db`;
  await assertRejects(() => readStore(path), VivariumError, "there is no database");
  assertThrows(() => Deno.statSync(path), Deno.errors.NotFound);
});

Deno.test("readStore() refuses an empty file, and leaves it empty", async () => {
  const path = `${folder}/empty.db`;
  Deno.writeFileSync(path, new Uint8Array());
  await assertRejects(() => readStore(path), VivariumError, "is not a Vivarium database");
  assertEquals(Deno.statSync(path).size, 0);
});
