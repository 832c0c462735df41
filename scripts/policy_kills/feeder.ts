import type { Episode } from "../../src/core/episode.ts";
import type { Random } from "../../src/core/random.ts";
import type { PolicyClient } from "../../src/policy/mod.ts";
import type { DiskLedger } from "./ledger.ts";

/** Hands over lives and late rewards, and remembers which of them were acknowledged. */
export class Feeder {
  readonly #vocabulary: number;
  readonly #random: Random;
  readonly #episodes = new Set<string>();
  readonly #rewards = new Set<string>();
  /** What a kill kept from being acknowledged: it is posted again, as the house's keeper does. */
  #open: Episode | undefined;
  #made = 0;

  constructor(vocabulary: number, random: Random) {
    this.#vocabulary = vocabulary;
    this.#random = random;
  }

  /** How many episodes were acknowledged. */
  get acknowledged(): number {
    return this.#episodes.size;
  }

  /** Hands lives over, one after the other, until time is up or the process is dead. */
  async feed(client: PolicyClient, goesOn: () => boolean): Promise<void> {
    while (goesOn()) {
      const episode = this.#open ??= this.#make();
      try {
        await client.postEpisode(episode);
        this.#episodes.add(episode.id);
        this.#open = undefined;
        const key = `praise ${episode.id}`;
        const reward = { key, episode: episode.id, step: 1, value: 2 };
        if ((await client.reward(reward)).applied) this.#rewards.add(key);
        // As fast as lives end, not as fast as they can be written.
        await new Promise((done) => setTimeout(done, 5));
      } catch {
        return;
      }
    }
  }

  /** What was acknowledged and is not there. */
  missing({ used, aside, waiting, rewards }: DiskLedger): string[] {
    const episodes = [...this.#episodes].filter((id) =>
      !used.has(id) && !aside.has(id) && !waiting.has(id)
    );
    const late = [...this.#rewards].filter((key) => !rewards.has(key));
    return [...episodes, ...late].map((what) => `'${what}' was acknowledged and is lost`);
  }

  /** A life of some steps, of tokens that nobody sampled. */
  #make(): Episode {
    const draw = (below: number): number => Math.floor(this.#random.next() * below);
    const life = ++this.#made;
    const steps = Array.from({ length: 1 + draw(3) }, (_, index) => {
      const ids = Array.from({ length: 4 + draw(8) }, () => draw(this.#vocabulary));
      return {
        step: index + 1,
        reward: 1,
        completions: [{
          version: 0,
          promptIds: [1, 2, draw(this.#vocabulary)],
          ids,
          logps: ids.map(() => -Math.log(this.#vocabulary)),
        }],
      };
    });
    const [last] = steps.slice(-1);
    last!.reward = -10;
    const who = { id: `ada/${life}`, agent: "ada", life };
    return { ...who, end: "death", cause: "exception", owner: "agent", steps };
  }
}
