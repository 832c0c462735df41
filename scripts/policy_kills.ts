/**
 * `kill -9` of the policy process at random moments of its training: `deno run -A scripts/policy_kills.ts`.
 *
 * After each kill the folder is looked at as it lies on the disk, and a new process goes on from it: the
 * current version must load, its weights must have the hash that it was published with, no episode may
 * be in two versions, and no episode or late reward may be lost that was acknowledged.
 */
import { Command } from "commander";
import { seededRandom, seedFrom } from "../src/core/random.ts";
import { type PolicyProcess, startPolicyProcess } from "../src/policy/mod.ts";
import { parametersHash, readCheckpoint } from "../src/policy/checkpoint/mod.ts";
import { loadSafetensors } from "../src/policy/llama/mod.ts";
import { Feeder } from "./policy_kills/feeder.ts";
import { ledgerOnDisk } from "./policy_kills/ledger.ts";

/** How the process is killed. */
export interface KillOptions {
  /** How often; more often, up to ten times so often, until `leastVersions` have been published. */
  readonly kills: number;
  /** On a slow machine the first kills come before the first update. @default 0 */
  readonly leastVersions?: number;
  /** Folder of the checkpoint; a small one makes many updates between two kills. */
  readonly checkpoint: string;
  /** An empty folder. */
  readonly dir: string;
  readonly seed: number;
  /** The longest that a process lives after its first episode. @default 500 */
  readonly withinMs?: number;
  /** Told of each kill. */
  readonly say?: (line: string) => void;
}

/** What the kills came to. */
export interface KillReport {
  readonly kills: number;
  /** Kills that cut a publication in two. */
  readonly amidPublication: number;
  /** Versions published. */
  readonly versions: number;
  /** Episodes that were acknowledged: used up, set aside, or still waiting. */
  readonly acknowledged: number;
  readonly used: number;
  readonly waiting: number;
  readonly lateRewards: number;
  /** What must not be, in words; empty if all is well. */
  readonly faults: readonly string[];
}

/** Kills, looks, and goes on. */
export async function killMany(options: KillOptions): Promise<KillReport> {
  const { kills, checkpoint, dir, seed, withinMs = 500, say = () => {} } = options;
  const { leastVersions = 0 } = options;
  const { config } = await readCheckpoint(checkpoint);
  const random = seededRandom(seedFrom("kills", seed));
  const feeder = new Feeder(config.vocab_size, random);
  const faults: string[] = [];
  let [amidPublication, newest] = [0, 0];
  let ledger = await ledgerOnDisk(dir);
  let kill = 0;
  for (;; kill++) {
    const process = await startPolicyProcess({ dir, checkpoint, batchEpisodes: 2, seed });
    try {
      faults.push(...await loads(process));
      const enough = kill >= kills && ledger.newest >= leastVersions;
      if (enough || kill === 10 * kills) break;
      newest = Math.max(
        newest,
        await live(process, feeder, random.next() * withinMs, kill % 2 === 0),
      );
    } finally {
      // By its input's end too: it may be dead already, and its number another's.
      await process.stop();
    }
    ledger = await ledgerOnDisk(dir);
    if (ledger.unfinished) amidPublication++;
    faults.push(...ledger.faults, ...feeder.missing(ledger));
    if (ledger.newest < newest) faults.push(`version ${newest} was seen and is gone`);
    say(`kill ${kill + 1}: version ${ledger.newest}, ${ledger.waiting.size} wait`);
  }
  return {
    kills: kill,
    amidPublication,
    versions: ledger.newest,
    acknowledged: feeder.acknowledged,
    used: ledger.used.size,
    waiting: ledger.waiting.size,
    lateRewards: ledger.rewards.size,
    faults,
  };

  async function loads({ client }: PolicyProcess): Promise<string[]> {
    const { version, hash } = await client.status();
    const file = await client.model(version);
    const actual = parametersHash(loadSafetensors(config, file));
    return actual === hash ? [] : [`version ${version} has not the hash ${hash}, but ${actual}`];
  }
}

/** Feeds a process for a while, and kills it; gives the newest version that was seen. */
async function live(
  process: PolicyProcess,
  feeder: Feeder,
  ms: number,
  /** Counts the time from the first version on: on a busy machine nothing would come of it else. */
  patient: boolean,
): Promise<number> {
  const { client, pid } = process;
  const first = (await client.status()).version;
  const published = Promise.withResolvers<void>();
  let [seen, goesOn] = [0, true];
  const watch = async (): Promise<void> => {
    for (;;) {
      seen = (await client.status()).version;
      if (seen > first) published.resolve();
      await new Promise((done) => setTimeout(done, 10));
    }
  };
  // What is under way when the process dies fails; that is the point.
  const [feeding, watching] = [feeder.feed(client, () => goesOn), watch()];
  const watched = watching.catch(() => {});
  if (patient) await published.promise;
  await new Promise((done) => setTimeout(done, ms));
  goesOn = false;
  Deno.kill(pid, "SIGKILL");
  await Promise.all([feeding, watched]);
  return seen;
}

if (import.meta.main) {
  const { kills, seed, checkpoint } = new Command("policy_kills")
    .option("--kills <number>", "how often", Number, 50)
    .option("--seed <number>", "of the moments and the episodes", Number, 1)
    .requiredOption("--checkpoint <folder>", "version 0", "assets/policy")
    .parse(Deno.args, { from: "user" })
    .opts<{ kills: number; seed: number; checkpoint: string }>();
  const dir = await Deno.makeTempDir({ prefix: "vivarium-kills-" });
  const withinMs = 1500;
  const report = await killMany({ kills, seed, checkpoint, dir, withinMs, say: console.error });
  console.log(JSON.stringify(report, null, 2));
  await Deno.remove(dir, { recursive: true });
  Deno.exit(report.faults.length === 0 ? 0 : 1);
}
