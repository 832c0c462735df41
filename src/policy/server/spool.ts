import { type Episode, episodeSchema } from "../../core/episode.ts";
import { writeAtomically } from "../checkpoint/mod.ts";

/**
 * Episodes that wait to be learned from, one JSON line each, in a file that is flushed before an
 * episode counts as taken: what has been acknowledged survives a `kill -9`.
 *
 * An id that has been seen is never taken again. Which ids were used up is known from the manifests of
 * the versions; those of episodes that taught nothing are kept beside the spool.
 */
export class Spool {
  readonly #path: string;
  readonly #asidePath: string;
  readonly #waiting: Map<string, Episode>;
  readonly #seen: Set<string>;
  // One write at a time, so that lines never mix and a flush covers every line before it.
  #last: Promise<unknown> = Promise.resolve();

  private constructor(folder: string, waiting: Map<string, Episode>, seen: Set<string>) {
    this.#path = Spool.#pathIn(folder);
    this.#asidePath = Spool.#asidePathIn(folder);
    this.#waiting = waiting;
    this.#seen = seen;
  }

  /**
   * Opens the spool of a folder.
   *
   * @param used ids that published versions have used up
   */
  static async open(folder: string, used: Iterable<string>): Promise<Spool> {
    await Deno.mkdir(folder, { recursive: true });
    const seen = new Set(used);
    for (const line of await lines(Spool.#asidePathIn(folder))) seen.add(line);
    const waiting = new Map<string, Episode>();
    for (const line of await lines(Spool.#pathIn(folder))) {
      const episode = parse(line);
      if (episode === undefined || seen.has(episode.id)) continue;
      waiting.set(episode.id, episode);
    }
    for (const id of waiting.keys()) seen.add(id);
    const spool = new Spool(folder, waiting, seen);
    // A line that was cut by a crash must not be continued by the next one.
    await spool.#rewrite();
    return spool;
  }

  /** Episodes that wait, oldest first. */
  get waiting(): readonly Episode[] {
    return [...this.#waiting.values()];
  }

  /** How many wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /**
   * Takes an episode; on the disk when this resolves.
   *
   * @returns false if its id has been taken before
   */
  async add(episode: Episode): Promise<boolean> {
    if (this.#seen.has(episode.id)) {
      // It may still be on its way to the disk, and may fail to arrive.
      await this.#last;
      if (this.#seen.has(episode.id)) return false;
    }
    this.#seen.add(episode.id);
    try {
      await this.#next(async () => {
        await append(this.#path, JSON.stringify(episode));
        this.#waiting.set(episode.id, episode);
      });
    } catch (error) {
      this.#seen.delete(episode.id);
      throw error;
    }
    return true;
  }

  /** Lets go of episodes that a published version has used. */
  async drop(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.#waiting.delete(id);
    await this.#next(() => this.#rewrite());
  }

  /** Lets go of episodes that nothing could be learned from, and remembers their ids. */
  async setAside(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await this.#next(() => append(this.#asidePath, ids.join("\n")));
    await this.drop(ids);
  }

  static #pathIn(folder: string): string {
    return `${folder}/episodes.jsonl`;
  }

  static #asidePathIn(folder: string): string {
    return `${folder}/set_aside.txt`;
  }

  #rewrite(): Promise<void> {
    const text = this.waiting.map((episode) => `${JSON.stringify(episode)}\n`).join("");
    return writeAtomically(this.#path, text);
  }

  #next(write: () => Promise<void>): Promise<void> {
    const done = this.#last.then(write);
    this.#last = done.catch(() => {});
    return done;
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

/** A line's episode; none if a crash cut the line, which then had not been acknowledged. */
function parse(line: string): Episode | undefined {
  try {
    return episodeSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

async function append(path: string, line: string): Promise<void> {
  using file = await Deno.open(path, { append: true, create: true });
  const bytes = new TextEncoder().encode(`${line}\n`);
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
  await file.sync();
}
