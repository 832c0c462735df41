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

const praise = { key: "k1", episode: "ada/1", step: 1, value: 5 };
const sums = (episodes: readonly Episode[]): number[][] =>
  episodes.map(({ steps }) => steps.map(({ reward }) => reward));

Deno.test("Spool adds a late reward once by its key, also when it is opened again", () =>
  inFolder(async (folder) => {
    const spool = await Spool.open(folder, []);
    await spool.add(episode("ada/1"));
    assertEquals(await spool.reward(praise), "applied");
    assertEquals(await spool.reward(praise), "applied");
    assertEquals(await spool.reward({ ...praise, key: "k2", step: null, value: 1 }), "applied");
    assertEquals(sums(spool.waiting), [[-4]]);
    const again = await Spool.open(folder, []);
    assertEquals(await again.reward(praise), "applied");
    assertEquals(sums(again.waiting), [[-4]]);
    assertEquals(await again.reward({ ...praise, key: "k3", step: 2 }), "no-step");
    assertEquals(sums(again.waiting), [[-4]]);
  }));

Deno.test("Spool keeps a reward that comes before its episode, and drops a line that a crash has cut", () =>
  inFolder(async (folder) => {
    const spool = await Spool.open(folder, []);
    assertEquals(await spool.reward(praise), "early");
    const path = `${folder}/late_rewards.jsonl`;
    await Deno.writeTextFile(path, JSON.stringify({ ...praise, key: "k2" }).slice(0, 40), {
      append: true,
    });
    const again = await Spool.open(folder, []);
    assertEquals(await again.reward({ ...praise, key: "k3", step: null, value: 1 }), "early");
    await again.add(episode("ada/1"));
    assertEquals(sums(again.waiting), [[-4]]);
    assertEquals(sums((await Spool.open(folder, [])).waiting), [[-4]]);
  }));

Deno.test("Spool says that a late reward is too late when its episode is in use, used or refused", () =>
  inFolder(async (folder) => {
    const spool = await Spool.open(folder, ["old/1"]);
    await Promise.all(["ada/1", "ada/2"].map((id) => spool.add(episode(id))));
    // What was asked for first is in what is claimed.
    const [applied, claimed] = await Promise.all([spool.reward(praise), spool.claim(1)]);
    assertEquals([applied, sums(claimed)], ["applied", [[-5]]]);
    const late = { ...praise, key: "k2" };
    assertEquals(await spool.reward(late), "in-use");
    assertEquals(await spool.reward({ ...late, episode: "ada/2" }), "applied");
    assertEquals(await spool.reward({ ...praise, key: "k3", episode: "old/1" }), "used");
    spool.release();
    assertEquals(await spool.reward({ ...praise, key: "k4", value: 1 }), "applied");
    assertEquals(sums(await spool.claim(1)), [[-4]]);
    await spool.drop(["ada/1"]);
    assertEquals(await spool.reward({ ...praise, key: "k5" }), "used");
    assertEquals(await spool.reward(praise), "applied");
    assertEquals(await spool.refuse("ada/3"), true);
    assertEquals(await spool.refuse("ada/3"), false);
    assertEquals(await spool.reward({ ...praise, key: "k6", episode: "ada/3" }), "used");
    assertEquals(ids(await Spool.open(folder, ["ada/1"])), ["ada/2"]);
  }));

function grouped(id: string, group: string, agent = "ada"): Episode {
  return { ...episode(id), group, agent };
}

Deno.test("Spool hands out whole groups, and no life of a group that is still coming", () =>
  inFolder(async (folder) => {
    const spool = await Spool.open(folder, [], 3);
    const claim = async (least: number, options = {}) =>
      (await spool.claim(least, options)).map(({ id }) => id);
    for (const id of ["ada/1", "ada/2"]) await spool.add(grouped(id, "ada/1"));
    await spool.add(grouped("bob/1", "bob/1", "bob"));
    assertEquals([spool.size, spool.ready], [3, 0]);
    assertEquals(await claim(2), []);
    await spool.add(grouped("ada/3", "ada/1"));
    await spool.add(episode("cyd/1"));
    assertEquals(spool.ready, 4);
    // A group is not torn apart for a number.
    assertEquals(await claim(2), ["ada/1", "ada/2", "ada/3"]);
    assertEquals(await claim(4), ["ada/1", "ada/2", "ada/3", "cyd/1"]);
    // One that infrastructure ended never comes: bob has gone on without it.
    await spool.add(grouped("bob/4", "bob/4", "bob"));
    assertEquals(spool.ready, 5);
    assertEquals(await claim(1, { whole: false }), ["ada/1", "ada/2", "ada/3"]);
    assertEquals((await claim(99, { whole: false })).length, 6);
  }));

Deno.test("Spool takes lives as they came when they are not in groups", () =>
  inFolder(async (folder) => {
    const spool = await Spool.open(folder, []);
    for (const id of ["ada/1", "bob/1", "ada/2"]) await spool.add(episode(id));
    assertEquals(spool.ready, 3);
    assertEquals((await spool.claim(2)).map(({ id }) => id), ["ada/1", "bob/1"]);
  }));
