import type { Cell, CellLimits, Profile } from "../cell/mod.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import { VivariumError } from "../core/errors.ts";
import {
  type Minimal,
  minimizeDeath,
  type Replay,
  replayDeath,
  type ReplayPowers,
} from "../replay/mod.ts";
import { readStore, type Store } from "../store/mod.ts";
import { type Cells, sandboxedCells } from "./cells.ts";

/** Replays that may wait for the one under way. */
const mostWaiting = 16;

/** Lives deaths again, one at a time: beside a house at work, or with nothing else to do. */
export class Replays {
  readonly #powers: ReplayPowers;
  readonly #cells = new Set<Cell>();
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #closed = false;

  /** @param launch starts a cell, as the house does for its agents */
  constructor(store: Store, clock: Clock, launch: (limits: CellLimits) => Promise<Cell>) {
    const tracked = async (limits: CellLimits): Promise<Cell> => {
      const cell = await launch(limits);
      this.#cells.add(cell);
      if (this.#closed) await cell.kill("the replays are closed");
      return cell;
    };
    this.#powers = { store, clock, launch: tracked };
  }

  /** Lives a death again. Throws `overloaded` where too many wait already; else as `replayDeath`. */
  replay(id: number): Promise<Replay> {
    return this.#inTurn((powers) => replayDeath(powers, id));
  }

  /** Finds the smallest part of the lethal edit that still kills. Throws as `replay` does. */
  minimize(id: number): Promise<Minimal> {
    return this.#inTurn((powers) => minimizeDeath(powers, id));
  }

  /** Kills what runs, and takes nothing more. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#cells].map((cell) => cell.kill("the replays are closed")));
    await this.#last;
  }

  async #inTurn<T>(work: (powers: ReplayPowers) => Promise<T>): Promise<T> {
    if (this.#closed) throw new VivariumError("unavailable", "the house is shutting down");
    if (this.#waiting >= mostWaiting) {
      throw new VivariumError("overloaded", "too many deaths wait to be lived again", {
        hint: "try again later",
      });
    }
    this.#waiting++;
    const before = this.#last;
    const done = Promise.withResolvers<void>();
    this.#last = done.promise;
    try {
      await before;
      if (this.#closed) throw new VivariumError("unavailable", "the house is shutting down");
      return await work(this.#powers);
    } finally {
      this.#cells.clear();
      this.#waiting--;
      done.resolve();
    }
  }
}

/** How deaths of a database file are lived again. */
export interface FileReplayOptions {
  /** @default "strict" */
  readonly profile?: Profile;
  /** Refuses where a layer of the operating system is missing. @default false */
  readonly requireSandbox?: boolean;
}

/**
 * What lives the deaths of a ledger again that no house of this process runs on. The operating system's
 * layers are looked for when the first cell is started.
 *
 * @param store a ledger; only read
 */
export function replaysOf(store: Store, options: FileReplayOptions = {}): Replays {
  const { profile = "strict", requireSandbox = false } = options;
  let cells: Promise<Cells> | undefined;
  return new Replays(store, systemClock, async (limits) => {
    cells ??= sandboxedCells(profile, requireSandbox);
    return await (await cells).launch(limits);
  });
}

/**
 * Opens a database file, on which a house may run or not, to live its deaths again. The file is only
 * read.
 *
 * @param db the database file
 * @returns what lives them again; `close` it in the end
 * @throws {VivariumError} `database` if it cannot be read
 */
export async function openReplays(
  db: string,
  options: FileReplayOptions = {},
): Promise<Pick<Replays, "replay" | "minimize" | "close">> {
  const store = await readStore(db);
  const replays = replaysOf(store, options);
  return {
    replay: (id) => replays.replay(id),
    minimize: (id) => replays.minimize(id),
    close: async () => {
      await replays.close();
      store.close();
    },
  };
}
