import { DatabaseSync } from "node:sqlite";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { createApi } from "../../src/api/mod.ts";
import type { HouseEvent } from "../../src/core/events.ts";
import { type OpenHouse, openHouse } from "../../src/house/mod.ts";
import { checkFile, openStore } from "../../src/store/mod.ts";

/** A house at work, what it has told of, and what it says of itself. */
interface AtWork {
  readonly db: string;
  readonly told: readonly HouseEvent[];
  readonly house: OpenHouse;
  /** Resolves when it has lived so many steps more. */
  steps(count: number): Promise<void>;
  readiness(): Promise<{ status: string; troubles: string[] }>;
}

/** Runs a house, and looks afterwards whether all that was told is in the ledger. */
async function withHouse(folder: string, test: (work: AtWork) => Promise<void>): Promise<void> {
  const script = await Deno.makeTempFile();
  const line = JSON.stringify({ response: "this.state.count = (this.state.count ?? 0) + 1;" });
  await Deno.writeTextFile(script, `${line}\n`.repeat(20_000));
  const db = `${folder}/house.db`;
  const told: HouseEvent[] = [];
  const house = await openHouse({
    db,
    llm: `scripted:${script}`,
    agents: 1,
    profile: "fast",
    onEvent: (event) => told.push(event),
  });
  const app = createApi(house);
  const steps = (): number => told.filter(({ kind }) => kind === "step.committed").length;
  try {
    house.begin();
    await test({
      db,
      told,
      house,
      steps: async (count) => {
        const goal = steps() + count;
        await until(() => steps() >= goal);
      },
      readiness: async () => await (await app.request("http://127.0.0.1/readyz")).json(),
    });
  } finally {
    await house.stop();
    await Deno.remove(script);
  }
  assertEquals(checkFile(db).findings, []);
  const store = openStore(db, { readOnly: true });
  for (const { id, kind, agent = "", life = 0, step = 0 } of told) {
    if (kind === "step.committed") assert(store.step(agent, life, step), `event ${id} is lost`);
  }
  const { genome = "", steps: count = 0 } = store.agent("ada") ?? {};
  assertEquals(store.genome(genome)?.genome.state, { count });
  store.close();
}

async function until(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 20) {
    assert(waited < 60_000, "it did not come to pass");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

Deno.test("a house whose database is locked says that it is degraded, waits, and goes on by itself", async () => {
  const folder = await Deno.makeTempDir();
  await withHouse(folder, async ({ db, house, steps, readiness }) => {
    await steps(3);
    const other = new DatabaseSync(db);
    other.exec("begin immediate");
    await until(() => house.supervisor.trouble !== undefined);
    const { status, troubles } = await readiness();
    assertEquals(status, "degraded");
    assertMatch(troubles.at(-1) ?? "", /locked/);
    other.exec("commit");
    other.close();
    await steps(3);
    assertEquals(house.supervisor.trouble, undefined);
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
