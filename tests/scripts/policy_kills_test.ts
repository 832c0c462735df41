import { assert, assertEquals } from "@std/assert";
import { Feeder } from "../../scripts/policy_kills/feeder.ts";
import { ledgerOnDisk } from "../../scripts/policy_kills/ledger.ts";
import { killMany } from "../../scripts/policy_kills.ts";
import { seededRandom } from "../../src/core/random.ts";
import type { PolicyClient } from "../../src/policy/mod.ts";
import { writeTinyCheckpoint } from "../policy/tiny_checkpoint.ts";

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the policy process loses nothing and uses nothing twice when it is killed amid training", () =>
  inFolder(async (folder) => {
    const [checkpoint, dir] = [`${folder}/base`, `${folder}/dir`];
    await writeTinyCheckpoint(checkpoint);
    const report = await killMany({ kills: 5, leastVersions: 6, checkpoint, dir, seed: 7 });
    assertEquals(report.faults, []);
    // It was training, and was fed all the time.
    assert(report.versions >= 3, JSON.stringify(report));
    assert(report.used >= 2 * report.versions - 2, JSON.stringify(report));
    assert(report.lateRewards >= 1, JSON.stringify(report));
  }));

Deno.test("ledgerOnDisk() and Feeder find what was used twice, and what is lost", () =>
  inFolder(async (folder) => {
    for (const version of [1, 2]) {
      await Deno.mkdir(`${folder}/versions/00000${version}`, { recursive: true });
      const manifest = { version, episodes: ["ada/1"] };
      const path = `${folder}/versions/00000${version}/manifest.json`;
      await Deno.writeTextFile(path, JSON.stringify(manifest));
    }
    await Deno.writeTextFile(`${folder}/set_aside.txt`, "ada/1\n");
    await Deno.writeTextFile(`${folder}/episodes.jsonl`, `{"id":"ada/2"}\n{"id":"ada/2"}\n{"id`);
    const ledger = await ledgerOnDisk(folder);
    assertEquals(ledger.faults, [
      "ada/1 is in versions 1 and 2",
      "ada/1 was used, and set aside",
      "episodes are in their file twice",
    ]);
    assertEquals([...ledger.waiting], ["ada/2"]);
    const feeder = new Feeder(10, seededRandom(1));
    let left = 3;
    const client = {
      postEpisode: () => Promise.resolve(true),
      reward: () => Promise.resolve({ applied: true, why: null }),
    } as unknown as PolicyClient;
    await feeder.feed(client, () => left-- > 0);
    assertEquals(feeder.missing(ledger), [
      "'ada/3' was acknowledged and is lost",
      ...[1, 2, 3].map((life) => `'praise ada/${life}' was acknowledged and is lost`),
    ]);
  }));
