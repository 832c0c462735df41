import { VivariumError } from "../core/errors.ts";
import { type Cell, type CellLimits, type CellPool, defaultCellLimits } from "./types.ts";

/** How to keep cells. */
export interface CellPoolOptions {
  /** Cells kept ready, started as the pool is made. @default 1 */
  readonly size?: number;
  /** Limits of the cells kept ready; others are started when they are asked for, or reserved. */
  readonly limits?: CellLimits;
  /** Cells kept ready beside those, for whom they are reserved, at most. @default 8 */
  readonly reserves?: number;
  /**
   * Cells that are started at once at most; the others wait for their turn. Where hundreds die together,
   * all of them at once would be so slow that each was given up before it was ready. @default no bound
   */
  readonly launches?: number;
  /**
   * From the handing out of a ready cell to the start of the next, in milliseconds: a life that begins goes
   * before one that may be wanted later. Who asks meanwhile is not kept waiting by it. @default 0
   */
  readonly refillAfterMs?: number;
  /** Makes a started cell quicker before it is handed out, while nobody waits for it. */
  readonly rehearse?: (cell: Cell, limits: CellLimits) => Promise<void>;
  /** Starts one cell. */
  launch(limits: CellLimits): Promise<Cell>;
}

/**
 * Keeps cells ready, so that a new life does not wait for a process. A cell's heap, its memory and
 * its profile are fixed when its process starts, so only cells with the same of all are exchanged; all other limits
 * come with a birth.
 *
 * @param options see {@linkcode CellPoolOptions}
 * @returns a pool whose first cells are already starting
 */
export function createCellPool(options: CellPoolOptions): CellPool {
  return new WarmPool(options);
}

/** Why the pool ends a cell. */
const spent = "the pool of cells has no use for it";
const closed = "the pool of cells is closed";

/** Cells that may be exchanged for each other: started with the same heap, memory and profile. */
class Shelf {
  /** Ready, and nobody's. */
  readonly warm: Cell[] = [];
  readonly warming = new Set<Promise<void>>();
  refilling: ReturnType<typeof setTimeout> | undefined;

  /** @param wanted how many are to be ready */
  constructor(readonly limits: CellLimits, public wanted: number) {}

  get isShort(): boolean {
    return this.warm.length + this.warming.size < this.wanted;
  }
}

class WarmPool implements CellPool {
  readonly #refillAfterMs: number;
  readonly #rehearse: CellPoolOptions["rehearse"];
  readonly #launch: (limits: CellLimits) => Promise<Cell>;
  readonly #shelves = new Map<string, Shelf>();
  /** Places that may still be reserved. */
  #reserves: number;
  /** Every living cell that the pool has started, with what it was started with. */
  readonly #cells = new Map<Cell, CellLimits>();
  readonly #launching = new Set<Promise<unknown>>();
  #turnsLeft: number;
  /** Whoever waits to start a cell, the first first. */
  readonly #queue: (() => void)[] = [];
  #closed = false;

  constructor(options: CellPoolOptions) {
    this.#refillAfterMs = options.refillAfterMs ?? 0;
    this.#rehearse = options.rehearse;
    this.#launch = options.launch;
    this.#turnsLeft = options.launches ?? Infinity;
    this.#reserves = options.reserves ?? 8;
    const shelf = this.#shelfOf(options.limits ?? defaultCellLimits);
    shelf.wanted = options.size ?? 1;
    this.#refill(shelf);
  }

  async take(limits: CellLimits): Promise<Cell> {
    this.#checkOpen();
    const shelf = this.#shelves.get(keyOf(limits));
    if (shelf !== undefined) {
      this.#refill(shelf);
      const { warm, warming } = shelf;
      if (warm.length === 0 && warming.size > 0) await Promise.race(warming);
      for (let cell = warm.shift(); cell !== undefined; cell = warm.shift()) {
        this.#refillSoon(shelf);
        if (cell.usable) return cell;
        await this.#discard(cell, spent);
      }
      this.#checkOpen();
    }
    return await this.#start(limits);
  }

  give(cell: Cell): void {
    const limits = this.#cells.get(cell);
    const shelf = limits && this.#shelves.get(keyOf(limits));
    const fits = shelf !== undefined && shelf.warm.length < shelf.wanted;
    if (!this.#closed && cell.usable && fits) shelf.warm.push(cell);
    else void this.#discard(cell, spent);
  }

  reserve(limits: CellLimits): () => void {
    if (this.#closed || this.#reserves === 0) return () => {};
    this.#reserves--;
    const shelf = this.#shelfOf(limits);
    shelf.wanted++;
    this.#refillSoon(shelf);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      this.#reserves++;
      shelf.wanted--;
      for (const cell of shelf.warm.splice(shelf.wanted)) void this.#discard(cell, spent);
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const shelf of this.#shelves.values()) {
      clearTimeout(shelf.refilling);
      shelf.warm.length = 0;
    }
    await Promise.allSettled([...this.#launching]);
    await Promise.all([...this.#cells.keys()].map((cell) => this.#discard(cell, closed)));
  }

  #shelfOf(limits: CellLimits): Shelf {
    const key = keyOf(limits);
    const shelf = this.#shelves.get(key) ?? new Shelf(limits, 0);
    this.#shelves.set(key, shelf);
    return shelf;
  }

  #checkOpen(): void {
    if (this.#closed) throw new VivariumError("cell", closed);
  }

  #refillSoon(shelf: Shelf): void {
    if (this.#refillAfterMs === 0) return this.#refill(shelf);
    shelf.refilling ??= setTimeout(() => {
      shelf.refilling = undefined;
      this.#refill(shelf);
    }, this.#refillAfterMs);
  }

  /** Starts what is missing, in the background. */
  #refill(shelf: Shelf): void {
    while (!this.#closed && shelf.isShort) {
      const warming: Promise<void> = this.#warmUp(shelf)
        // Whoever asks for a cell next starts one, and hears why it fails.
        .catch(() => {})
        .finally(() => void shelf.warming.delete(warming));
      shelf.warming.add(warming);
    }
  }

  async #warmUp(shelf: Shelf): Promise<void> {
    const cell = await this.#start(shelf.limits);
    await this.#rehearse?.(cell, shelf.limits);
    if (cell.usable && shelf.warm.length < shelf.wanted) shelf.warm.push(cell);
    else await this.#discard(cell, spent);
  }

  async #start(limits: CellLimits): Promise<Cell> {
    if (this.#turnsLeft > 0) this.#turnsLeft--;
    else await new Promise<void>((resolve) => this.#queue.push(resolve));
    try {
      this.#checkOpen();
      return await this.#startNow(limits);
    } finally {
      // A turn that ends is handed on.
      const next = this.#queue.shift();
      if (next === undefined) this.#turnsLeft++;
      else next();
    }
  }

  async #startNow(limits: CellLimits): Promise<Cell> {
    const launching = this.#launch(limits);
    this.#launching.add(launching);
    let cell: Cell;
    try {
      cell = await launching;
      this.#cells.set(cell, limits);
    } finally {
      this.#launching.delete(launching);
    }
    if (this.#closed) {
      await this.#discard(cell, closed);
      this.#checkOpen();
    }
    return cell;
  }

  async #discard(cell: Cell, why: string): Promise<void> {
    await cell.kill(why);
    this.#cells.delete(cell);
  }
}

/** What a process cannot change any more once it runs. */
function keyOf({ heapMb, memoryMb, profile }: CellLimits): string {
  return `${heapMb} ${memoryMb} ${profile ?? ""}`;
}
