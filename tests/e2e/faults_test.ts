import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import { withHouse } from "./at_work.ts";
import { MovedClock } from "./moved_clock.ts";
import { until } from "./until.ts";

/** Another process that holds the database's lock for writing until it is told to end, or killed. */
async function holdLock(db: string): Promise<Deno.ChildProcess> {
  const code = `const { DatabaseSync } = await import("node:sqlite");
    const db = new DatabaseSync(${JSON.stringify(db)});
    db.exec("pragma busy_timeout = 10000; begin immediate");
    console.log("held"); setInterval(() => {}, 1000);`;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", code],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
  return child;
}

Deno.test("a house whose database another process has locked says that it is degraded, waits, and goes on by itself", async () => {
  const folder = await Deno.makeTempDir();
  await withHouse(folder, async ({ db, house, steps, readiness, event }) => {
    await steps(3);
    const other = await holdLock(db);
    await until(() => house.supervisor.trouble !== undefined);
    const { status, troubles } = await readiness();
    assertEquals(status, "degraded");
    assertMatch(troubles.at(-1) ?? "", /locked/);
    // However it ends: the lock ends with it.
    other.kill("SIGKILL");
    await other.status;
    await steps(3);
    assertEquals(house.supervisor.trouble, undefined);
    const { id, data } = await event("house.degraded");
    assertEquals(data["part"], "database");
    await event("house.recovered", id);
  });
  await Deno.remove(folder, { recursive: true });
});

/** A small disk of its own, where this machine lets us have one. */
async function smallDisk(): Promise<{ folder: string; remove(): Promise<void> } | undefined> {
  const folder = await Deno.makeTempDir({ prefix: "vivarium-disk-" });
  const run = async (command: string, ...args: string[]): Promise<boolean> => {
    try {
      return (await new Deno.Command(command, { args, stderr: "null" }).output()).success;
    } catch {
      return false;
    }
  };
  const remove = async (): Promise<void> => {
    await run("umount", folder);
    await Deno.remove(folder, { recursive: true });
  };
  if (await run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder)) {
    return { folder, remove };
  }
  await remove();
}

const disk = await smallDisk();

Deno.test({
  name: "a house whose disk is full says that it is degraded, waits, and goes on by itself",
  ignore: disk === undefined,
  fn: async () => {
    assert(disk !== undefined);
    await withHouse(disk.folder, async ({ house, steps, readiness }) => {
      await steps(3);
      const filler = `${disk.folder}/filler`;
      fill(filler);
      await until(() => house.supervisor.trouble !== undefined);
      const { status, troubles } = await readiness();
      assertEquals(status, "degraded");
      assertMatch(troubles.at(-1) ?? "", /full|disk/);
      await Deno.remove(filler);
      await steps(3);
      assertEquals((await readiness()).troubles.filter((line) => /full|disk I/.test(line)), []);
    });
    await disk.remove();
  },
});

/** Whether nobody may write these files, the house that has them open included; where root may say so. */
async function frozen(files: readonly string[], so: boolean): Promise<boolean> {
  try {
    const command = new Deno.Command("chattr", { args: [so ? "+i" : "-i", ...files] });
    return (await command.output()).success;
  } catch {
    return false;
  }
}

const probe = await Deno.makeTempFile();
const mayFreeze = await frozen([probe], true);
await frozen([probe], false);
await Deno.remove(probe);

Deno.test({
  name:
    "a house whose database becomes read-only says that it is degraded, waits, and goes on by itself",
  ignore: !mayFreeze,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    await withHouse(folder, async ({ db, house, steps, readiness, event }) => {
      await steps(3);
      const files = [db, `${db}-wal`];
      assert(await frozen(files, true));
      try {
        await until(() => house.supervisor.trouble !== undefined);
        assertEquals((await readiness()).status, "degraded");
        await assertRejects(() => house.tell("ada", "is it written?"), VivariumError);
        assertEquals(house.store.mailbox("ada"), []);
      } finally {
        assert(await frozen(files, false));
      }
      await steps(3);
      const { id, data } = await event("house.degraded");
      assertEquals(data["part"], "database");
      await event("house.recovered", id);
      assertEquals((await readiness()).troubles, house.about.missing);
    });
    await Deno.remove(folder, { recursive: true });
  },
});

Deno.test("a house whose clock is moved by an hour, either way, lives on, and its ledger stays sound", async () => {
  const folder = await Deno.makeTempDir();
  const clock = new MovedClock();
  await withHouse(
    folder,
    async ({ told, house, steps, readiness }) => {
      await steps(3);
      for (const wallMs of [3_600_000, -3_600_000, 0]) {
        clock.wallMs = wallMs;
        const before = told.length;
        await house.kill("ada");
        await steps(5);
        assertEquals((await readiness()).troubles, house.about.missing);
        const off = told.slice(before).map(({ atMs }) => atMs - Date.now() - wallMs);
        assert(
          off.every((ms) => Math.abs(ms) < 1_800_000),
          "records have the time that the clock said",
        );
      }
      const deaths = house.store.deaths({ agent: "ada" }).items;
      assertEquals(deaths.map(({ cause }) => cause), ["operator", "operator", "operator"]);
      assert(deaths.every(({ detectedMs }) => detectedMs >= 0 && detectedMs < 1_800_000));
    },
    {},
    { clock },
  );
  await Deno.remove(folder, { recursive: true });
});

/** Writes until there is no room left. */
function fill(path: string): void {
  using file = Deno.openSync(path, { create: true, write: true });
  for (let size = 65_536; size >= 1;) {
    try {
      if (file.writeSync(new Uint8Array(size)) < size) size >>= 1;
    } catch {
      size >>= 1;
    }
  }
}
