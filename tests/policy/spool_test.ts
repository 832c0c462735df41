import { assertEquals } from "@std/assert";
import type { Episode } from "../../src/core/episode.ts";
import { Spool } from "../../src/policy/server/mod.ts";

function episode(id: string): Episode {
  return {
    id,
    agent: "ada",
    life: 1,
    end: "death",
    cause: "exception",
    owner: "agent",
    steps: [{
      step: 1,
      reward: -10,
      completions: [{ version: 0, promptIds: [1, 2], ids: [5, 3], logps: [-1, -2] }],
    }],
  };
}

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const ids = (spool: Spool): string[] => spool.waiting.map(({ id }) => id);

Deno.test("Spool has what it took when it is opened again", () =>
  inFolder(async (folder) => {
    const spool = await Spool.open(folder, []);
    await Promise.all(["ada/1", "ada/2", "ada/3"].map((id) => spool.add(episode(id))));
    const again = await Spool.open(folder, ["ada/2"]);
    assertEquals(again.waiting, [episode("ada/1"), episode("ada/3")]);
  }));

Deno.test("Spool takes an id once, even when both come at the same time or it was used", () =>
  inFolder(async (folder) => {
    const spool = await Spool.open(folder, ["old/1"]);
    const both = await Promise.all([spool.add(episode("ada/1")), spool.add(episode("ada/1"))]);
    assertEquals(both, [true, false]);
    assertEquals(await spool.add(episode("old/1")), false);
    await spool.drop(["ada/1"]);
    assertEquals(await spool.add(episode("ada/1")), false);
    assertEquals(spool.size, 0);
  }));

Deno.test("Spool drops a line that a crash has cut, and no other", () =>
  inFolder(async (folder) => {
    const spool = await Spool.open(folder, []);
    await spool.add(episode("ada/1"));
    const path = `${folder}/episodes.jsonl`;
    await Deno.writeTextFile(path, JSON.stringify(episode("ada/2")).slice(0, 50), { append: true });
    const again = await Spool.open(folder, []);
    await again.add(episode("ada/3"));
    assertEquals(ids(await Spool.open(folder, [])), ["ada/1", "ada/3"]);
  }));

Deno.test("Spool never takes again what was set aside, also when it is opened again", () =>
  inFolder(async (folder) => {
    const spool = await Spool.open(folder, []);
    await spool.add(episode("ada/1"));
    await spool.add(episode("ada/2"));
    await spool.setAside(["ada/1"]);
    const again = await Spool.open(folder, []);
    assertEquals(ids(again), ["ada/2"]);
    assertEquals(await again.add(episode("ada/1")), false);
  }));
