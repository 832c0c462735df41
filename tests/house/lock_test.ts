import { assertEquals, assertThrows } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import { lockDatabase } from "../../src/house/lock.ts";

Deno.test("lockDatabase() refuses a second house until the first lets go", async () => {
  const folder = await Deno.makeTempDir();
  const db = `${folder}/house.db`;
  const release = lockDatabase(db);
  const error = assertThrows(() => lockDatabase(db), VivariumError, "house.db");
  assertEquals(error.code, "database");
  release();
  release();
  lockDatabase(db)();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("lockDatabase() is free again when the process that had it was killed", async () => {
  const folder = await Deno.makeTempDir();
  const db = `${folder}/house.db`;
  const door = new URL("../../src/house/lock.ts", import.meta.url).href;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      "--quiet",
      `const { lockDatabase } = await import(${JSON.stringify(door)});
       lockDatabase(${JSON.stringify(db)}); console.log("held"); setInterval(() => {}, 1000);`,
    ],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  assertThrows(() => lockDatabase(db), VivariumError);
  child.kill("SIGKILL");
  await child.status;
  await reader.cancel();
  lockDatabase(db)();
  await Deno.remove(folder, { recursive: true });
});
