import { type Episode, episodeSchema, type LateReward } from "../../core/episode.ts";
import { writeAtomically } from "../checkpoint/mod.ts";
import { appendFlushed, readLines } from "./lines.ts";
import { inWholeGroups } from "./groups.ts";
import { LateRewards } from "./late_rewards.ts";

/**
 * What becomes of a late reward: its episode has it; its episode has not come yet; that has no such step;
 * an update holds it; or it was used up before.
 */
export type RewardState = "applied" | "early" | "no-step" | "in-use" | "used";

/**
 * Episodes that wait to be learned from, one JSON line each, in a file that is flushed before an
 * episode counts as taken: what has been acknowledged survives a `kill -9`.
 *
 * An id that has been seen is never taken again. Which ids were used up is known from the manifests of
 * the versions; those of episodes that taught nothing are kept beside the spool. Late rewards have a file
 * of their own, and are added when an episode is read.
 */
export class Spool {
  readonly #path: string;
  readonly #asidePath: string;
  readonly #waiting: Map<string, Episode>;
  readonly #seen: Set<string>;
  readonly #rewards: LateRewards;
  readonly #groupSize: number;
  /** Ids that an update holds. */
  #claimed: ReadonlySet<string> = new Set();
  // One write at a time, so that lines never mix and a flush covers every line before it.
  #last: Promise<unknown> = Promise.resolve();

  private constructor(
    folder: string,
    waiting: Map<string, Episode>,
    seen: Set<string>,
    rewards: LateRewards,
    groupSize: number,
  ) {
    this.#path = Spool.#pathIn(folder);
    this.#asidePath = Spool.#asidePathIn(folder);
    this.#waiting = waiting;
    this.#seen = seen;
    this.#rewards = rewards;
    this.#groupSize = groupSize;
  }

  /**
   * Opens the spool of a folder.
   *
   * @param used ids that published versions have used up
   * @param groupSize lives of a group
   */
  static async open(folder: string, used: Iterable<string>, groupSize = 1): Promise<Spool> {
    await Deno.mkdir(folder, { recursive: true });
    const seen = new Set(used);
    for (const line of await readLines(Spool.#asidePathIn(folder))) seen.add(line);
    const waiting = new Map<string, Episode>();
    for (const line of await readLines(Spool.#pathIn(folder))) {
      const episode = parse(line);
      if (episode === undefined || seen.has(episode.id)) continue;
      waiting.set(episode.id, episode);
    }
    for (const id of waiting.keys()) seen.add(id);
    const spool = new Spool(folder, waiting, seen, await LateRewards.open(folder), groupSize);
    // A line that was cut by a crash must not be continued by the next one.
    await spool.#rewrite();
    return spool;
  }

  /** Episodes that wait, oldest first, with the rewards that came late. */
  get waiting(): readonly Episode[] {
    return [...this.#waiting.values()].map((episode) => this.#rewards.added(episode));
  }

  /** How many wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** How many of them are not kept waiting by others of their group that are still to come. */
  get ready(): number {
    return inWholeGroups([...this.#waiting.values()], this.#groupSize).length;
  }

  /** Whether lives of this group wait already. */
  awaits(group: string | undefined): boolean {
    return group !== undefined && this.#waiting.values().some((life) => life.group === group);
  }

  /**
   * Takes an episode; on the disk when this resolves.
   *
   * @returns false if its id has been taken before
   */
  async add(episode: Episode): Promise<boolean> {
    return await this.#once(episode.id, async () => {
      await appendFlushed(this.#path, JSON.stringify(episode));
      this.#waiting.set(episode.id, episode);
    });
  }

  /**
   * Remembers the id of an episode that is not kept, as {@linkcode setAside} does.
   *
   * @returns false if its id has been taken before
   */
  async refuse(id: string): Promise<boolean> {
    return await this.#once(id, () => appendFlushed(this.#asidePath, id));
  }

  /** Adds a late reward, once by its key; on the disk when this resolves, if it has any effect. */
  async reward(reward: LateReward): Promise<RewardState> {
    return await this.#next(async () => {
      const { episode: id, step } = reward;
      const early = !this.#seen.has(id);
      if (this.#rewards.has(reward.key)) return early ? "early" : "applied";
      if (this.#claimed.has(id)) return "in-use";
      const episode = this.#waiting.get(id);
      if (!early && episode === undefined) return "used";
      if (step !== null && episode?.steps.every((lived) => lived.step !== step)) return "no-step";
      await this.#rewards.add(reward);
      return early ? "early" : "applied";
    });
  }

  /**
   * Takes the oldest episodes for an update: at least so many, if there are, since a group is never torn
   * apart; and only those that are ready, unless it is said otherwise. What was acknowledged before is in them; a reward that comes
   * later is told that it is too late, until {@linkcode drop}, {@linkcode setAside} or
   * {@linkcode release}.
   */
  async claim(least: number, { whole = true } = {}): Promise<readonly Episode[]> {
    return await this.#next(() => {
      const all = whole ? inWholeGroups(this.waiting, this.#groupSize) : this.waiting;
      const groups = new Set(all.slice(0, least).map(({ group }) => group));
      const claimed = all.filter(({ group }, index) =>
        index < least || (group !== undefined && groups.has(group))
      );
      this.#claimed = new Set(claimed.map(({ id }) => id));
      return Promise.resolve(claimed);
    });
  }

  /** Gives back what was claimed. */
  release(): void {
    this.#claimed = new Set();
  }

  /** Lets go of episodes that a published version has used. */
  async drop(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#waiting.delete(id);
    this.release();
    await this.#next(() => this.#rewrite());
  }

  /** Lets go of episodes that nothing could be learned from, and remembers their ids. */
  async setAside(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#next(() => appendFlushed(this.#asidePath, ids.join("\n")));
    await this.drop(ids);
  }

  static #pathIn(folder: string): string {
    return `${folder}/episodes.jsonl`;
  }

  static #asidePathIn(folder: string): string {
    return `${folder}/set_aside.txt`;
  }

  async #once(id: string, write: () => Promise<void>): Promise<boolean> {
    if (this.#seen.has(id)) {
      // It may still be on its way to the disk, and may fail to arrive.
      await this.#last;
      if (this.#seen.has(id)) return false;
    }
    this.#seen.add(id);
    try {
      await this.#next(write);
    } catch (error) {
      this.#seen.delete(id);
      throw error;
    }
    return true;
  }

  #rewrite(): Promise<void> {
    const text = [...this.#waiting.values()].map((episode) => `${JSON.stringify(episode)}\n`)
      .join("");
    return writeAtomically(this.#path, text);
  }

  #next<T>(write: () => Promise<T>): Promise<T> {
    const done = this.#last.then(write);
    this.#last = done.catch(() => {});
    return done;
  }
}

/** A line's episode; none if a crash cut the line, which then had not been acknowledged. */
function parse(line: string): Episode | undefined {
  try {
    return episodeSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
