import { seededRandom } from "../../src/core/random.ts";
import type { Episode } from "../../src/core/episode.ts";
import { firstQueries, type PolicyProcess, startPolicyProcess } from "../../src/policy/mod.ts";
import { median } from "./median.ts";

/** How agents are served, all numbers as agents see them: over HTTP. */
export interface Serving {
  readonly agents: number;
  /** Response tokens a second. */
  readonly tokensPerSecond: number;
  readonly responses: number;
  /** From request to response. */
  readonly medianMs: number;
  readonly p99Ms: number;
  /** Updates that were made in that time. */
  readonly updates: number;
}

/** How long, and whether the policy is trained at the same time. */
export interface ServingOptions {
  readonly seconds: number;
  readonly training: boolean;
  /**
   * Mean requests a second of all agents together, in a Poisson stream; undefined: each agent asks as soon
   * as it has its answer.
   */
  readonly rate?: number;
}

/** Serves the shipped policy to some agents at once, and measures what they get. */
export async function measureServing(agents: number, options: ServingOptions): Promise<Serving> {
  const { seconds, training, rate } = options;
  const dir = await Deno.makeTempDir({ prefix: "vivarium-serving-" });
  const process = await startPolicyProcess({ dir, train: training });
  try {
    const { client } = process;
    for (let seed = 0; seed < 8; seed++) await client.sample({ prompt: "warm", seed });
    const [waits, lengths]: [number[], number[]] = [[], []];
    const lives: Episode[] = [];
    const end = performance.now() + seconds * 1000;
    let seed = 0;
    const ask = async (): Promise<void> => {
      const asked = performance.now();
      const query = firstQueries[seed % firstQueries.length] ?? "";
      const answer = await client.sample({ prompt: query, seed: seed++ });
      waits.push(performance.now() - asked);
      lengths.push(answer.ids.length);
      lives.push(lifeOf(`life/${seed}`, answer, seed % 2 === 0));
    };
    const begun = performance.now();
    const feeding = training ? feed(process, lives, end) : undefined;
    if (rate === undefined) {
      const agent = async () => {
        while (performance.now() < end) await ask();
      };
      await Promise.all(Array.from({ length: agents }, agent));
    } else await poisson(ask, rate, end);
    const elapsed = (performance.now() - begun) / 1000;
    await feeding;
    const { updates } = await client.status();
    const sorted = waits.toSorted((a, b) => a - b);
    return {
      agents,
      tokensPerSecond: lengths.reduce((a, b) => a + b, 0) / elapsed,
      responses: waits.length,
      medianMs: median(waits),
      p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? NaN,
      updates,
    };
  } finally {
    await process.stop();
    await Deno.remove(dir, { recursive: true });
  }
}

/** Requests that come by chance, at a mean rate. */
async function poisson(ask: () => Promise<void>, rate: number, end: number): Promise<void> {
  const random = seededRandom(1);
  const underWay: Promise<void>[] = [];
  for (let at = performance.now(); at < end;) {
    at += -Math.log(1 - random.next()) / rate * 1000;
    await new Promise((due) => setTimeout(due, Math.max(0, at - performance.now())));
    underWay.push(ask());
  }
  await Promise.all(underWay);
}

/** Hands lives over as they end, so that an update is always under way. */
async function feed({ client }: PolicyProcess, lives: Episode[], end: number): Promise<void> {
  while (performance.now() < end) {
    const life = lives.pop();
    if (life === undefined || (await client.status()).episodesWaiting > 32) {
      await new Promise((done) => setTimeout(done, 10));
    } else await client.postEpisode(life);
  }
}

function lifeOf(
  id: string,
  { version, promptIds, ids, logps }: Episode["steps"][number]["completions"][number],
  survives: boolean,
): Episode {
  return {
    id,
    agent: "ada",
    life: 1,
    end: "death",
    cause: "exception",
    owner: "agent",
    steps: [{
      step: 1,
      reward: survives ? 1 : -10,
      completions: [{ version, promptIds, ids, logps }],
    }],
  };
}
