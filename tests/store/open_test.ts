import { DatabaseSync } from "node:sqlite";
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import { openStore } from "../../src/store/mod.ts";
import { migrations } from "../../src/store/migrations.ts";

interface Refusal {
  readonly name: string;
  /** Prepares a path in a fresh folder. */
  readonly make: (folder: string) => string;
  readonly says: RegExp;
  readonly hint: RegExp;
}

function sqlite(path: string, sql: string): string {
  const db = new DatabaseSync(path);
  db.exec(sql);
  db.close();
  return path;
}

const refusals: Refusal[] = [
  {
    name: "a file that is not SQLite",
    make: (folder) => {
      Deno.writeTextFileSync(`${folder}/notes.db`, "this is no database, only notes\n".repeat(100));
      return `${folder}/notes.db`;
    },
    says: /notes\.db.*not a database/,
    hint: /not a SQLite file/,
  },
  {
    name: "another program's SQLite file",
    make: (folder) => sqlite(`${folder}/other.db`, "create table t (x)"),
    says: /other\.db.*not a Vivarium database/,
    hint: /another file/,
  },
  {
    name: "a file that bears another program's mark",
    make: (folder) => sqlite(`${folder}/marked.db`, "pragma application_id = 42"),
    says: /marked\.db.*not a Vivarium database/,
    hint: /another file/,
  },
  {
    name: "a database of a newer version",
    make: (folder) => {
      openStore(`${folder}/newer.db`).close();
      return sqlite(`${folder}/newer.db`, `pragma user_version = ${migrations.length + 1}`);
    },
    says: /newer\.db.*newer/,
    hint: /Vivarium that made it/,
  },
  {
    name: "a folder",
    make: (folder) => folder,
    says: /cannot be opened/,
    hint: /name a file/,
  },
  {
    name: "a file in a folder that is not there",
    make: (folder) => `${folder}/none/house.db`,
    says: /none\/house\.db.*cannot be opened/,
    hint: /a folder that is there/,
  },
];

Deno.test.each(refusals)("openStore() refuses $name, and leaves it as it was", async (refusal) => {
  const folder = await Deno.makeTempDir({ prefix: "vivarium-store-" });
  const path = refusal.make(folder);
  const read = (): string[] =>
    [...Deno.readDirSync(folder)].map(({ name }) =>
      `${name} ${Deno.readFileSync(`${folder}/${name}`).toHex()}`
    ).sort();
  const before = read();
  const error = assertThrows(() => openStore(path), VivariumError);
  assertEquals(error.code, "database");
  assertMatch(error.message, refusal.says);
  assertEquals(error.message.includes("\n"), false);
  assertMatch(error.hint ?? "", refusal.hint);
  assertEquals(read(), before);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("openStore() makes the schema in an empty file, once, and keeps what is in it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "vivarium-store-" });
  const path = `${folder}/house.db`;
  await Deno.writeFile(path, new Uint8Array());
  const store = openStore(path);
  const second = openStore(path);
  store.setMeta("seed", 7);
  assertEquals(second.getMeta("seed"), 7);
  second.close();
  store.close();
  const db = new DatabaseSync(path);
  assertEquals({ ...db.prepare("pragma user_version").get() }, { user_version: migrations.length });
  assertEquals({ ...db.prepare("pragma journal_mode").get() }, { journal_mode: "wal" });
  assertEquals(db.prepare("pragma integrity_check").all().map((row) => ({ ...row })), [
    { integrity_check: "ok" },
  ]);
  db.close();
  const again = openStore(path);
  assertEquals(again.getMeta("seed"), 7);
  assertEquals(again.getMeta("nothing"), undefined);
  again.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("openStore() waits for a writer in another connection, then says that it is locked", async () => {
  const folder = await Deno.makeTempDir({ prefix: "vivarium-store-" });
  const path = `${folder}/house.db`;
  openStore(path).close();
  const other = new DatabaseSync(path);
  other.exec("begin immediate");
  const start = performance.now();
  const error = assertThrows(() => openStore(path), VivariumError);
  assertEquals(error.code, "database");
  assertMatch(error.hint ?? "", /another process/);
  assertEquals(performance.now() - start > 900, true);
  other.exec("rollback");
  other.close();
  openStore(path).close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a store that is closed says so, and may be closed twice", () => {
  const store = openStore(":memory:");
  store.close();
  store.close();
  const error = assertThrows(() => store.summary(), VivariumError, "not open");
  assertEquals(error.code, "database");
});
