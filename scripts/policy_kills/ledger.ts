import { z } from "zod";

/** What a policy's folder holds, read without the policy's own code. */
export interface DiskLedger {
  /** The newest version. */
  readonly newest: number;
  /** Ids of episodes by the version that used them. */
  readonly used: ReadonlyMap<string, number>;
  readonly aside: ReadonlySet<string>;
  /** In the spool's file, and neither used nor set aside. */
  readonly waiting: ReadonlySet<string>;
  /** Keys of late rewards. */
  readonly rewards: ReadonlySet<string>;
  /** Whether a publication was cut. */
  readonly unfinished: boolean;
  readonly faults: readonly string[];
}

const manifestSchema = z.object({ version: z.number(), episodes: z.array(z.string()) });
const episodeSchema = z.object({ id: z.string() });
const rewardSchema = z.object({ key: z.string() });

/** Reads a policy's folder as it lies on the disk. */
export async function ledgerOnDisk(dir: string): Promise<DiskLedger> {
  const faults: string[] = [];
  const used = new Map<string, number>();
  let [newest, unfinished] = [0, false];
  for (const name of names(`${dir}/versions`).sort()) {
    if (name.endsWith(".new")) unfinished = true;
    if (!/^\d+$/.test(name)) continue;
    const text = await Deno.readTextFile(`${dir}/versions/${name}/manifest.json`);
    const { version, episodes } = manifestSchema.parse(JSON.parse(text));
    newest = Math.max(newest, version);
    for (const id of episodes) {
      const before = used.get(id);
      if (before !== undefined) faults.push(`${id} is in versions ${before} and ${version}`);
      used.set(id, version);
    }
  }
  const aside = new Set(await lines(`${dir}/set_aside.txt`));
  for (const id of aside) if (used.has(id)) faults.push(`${id} was used, and set aside`);
  const spooled = whole(episodeSchema, await lines(`${dir}/episodes.jsonl`)).map(({ id }) => id);
  const waiting = new Set(spooled.filter((id) => !used.has(id) && !aside.has(id)));
  const rewards = whole(rewardSchema, await lines(`${dir}/late_rewards.jsonl`));
  const keys = rewards.map(({ key }) => key);
  for (const [name, all] of Object.entries({ episodes: spooled, rewards: keys })) {
    if (new Set(all).size < all.length) faults.push(`${name} are in their file twice`);
  }
  return { newest, used, aside, waiting, rewards: new Set(keys), unfinished, faults };
}

function names(folder: string): string[] {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

async function lines(path: string): Promise<string[]> {
  try {
    return (await Deno.readTextFile(path)).split("\n").filter((line) => line !== "");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Lines that are whole; the last may have been cut. */
function whole<T>(schema: z.ZodType<T>, all: readonly string[]): T[] {
  return all.flatMap((line, index) => {
    try {
      return [schema.parse(JSON.parse(line))];
    } catch (error) {
      if (index === all.length - 1) return [];
      throw error;
    }
  });
}
