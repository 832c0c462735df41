import { VivariumError } from "../core/errors.ts";
import { defaultCellLimits } from "./limits.ts";
import type { Cell, CellLimits, CellPool } from "./types.ts";

/** How to keep cells. */
export interface CellPoolOptions {
  /** Cells kept ready, started as the pool is made. @default 1 */
  readonly size?: number;
  /** Limits of the cells kept ready; others are started when they are asked for. */
  readonly limits?: CellLimits;
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
 * Keeps cells ready, so that a new life does not wait for a process. A cell's heap, its memory, its frames and
 * its profile are fixed when its process starts, so only cells with the same of all are exchanged; all
 * other limits come with a birth.
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

/** What a process is started with, and keeps. */
const fixedLimits = ["heapMb", "memoryMb", "frameBytes", "profile"] as const;

class WarmPool implements CellPool {
  readonly #size: number;
  readonly #limits: CellLimits;
  readonly #refillAfterMs: number;
  readonly #rehearse: CellPoolOptions["rehearse"];
  readonly #launch: (limits: CellLimits) => Promise<Cell>;
  #refilling: ReturnType<typeof setTimeout> | undefined;
  /** Ready, and nobody's. */
  readonly #warm: Cell[] = [];
  /** Every living cell that the pool has started, with what it was started with. */
  readonly #cells = new Map<Cell, CellLimits>();
  readonly #warming = new Set<Promise<void>>();
  readonly #launching = new Set<Promise<unknown>>();
  #turnsLeft: number;
  /** Whoever waits to start a cell, the first first. */
  readonly #queue: (() => void)[] = [];
  #closed = false;

  constructor(options: CellPoolOptions) {
    this.#size = options.size ?? 1;
    this.#limits = options.limits ?? defaultCellLimits;
    this.#refillAfterMs = options.refillAfterMs ?? 0;
    this.#rehearse = options.rehearse;
    this.#launch = options.launch;
    this.#turnsLeft = options.launches ?? Infinity;
    this.#refill();
  }

  async take(limits: CellLimits): Promise<Cell> {
    this.#checkOpen();
    if (this.#isWarm(limits)) {
      this.#refill();
      if (this.#warm.length === 0 && this.#warming.size > 0) await Promise.race(this.#warming);
      for (let cell = this.#warm.shift(); cell !== undefined; cell = this.#warm.shift()) {
        this.#refillSoon();
        if (cell.usable) return cell;
        await this.#discard(cell, spent);
      }
      this.#checkOpen();
    }
    return await this.#start(limits);
  }

  give(cell: Cell): void {
    const limits = this.#cells.get(cell);
    const fits = limits !== undefined && this.#isWarm(limits) && this.#warm.length < this.#size;
    if (!this.#closed && cell.usable && fits) this.#warm.push(cell);
    else void this.#discard(cell, spent);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#refilling);
    this.#warm.length = 0;
    await Promise.allSettled([...this.#launching]);
    await Promise.all([...this.#cells.keys()].map((cell) => this.#discard(cell, closed)));
  }

  /** Whether cells with such limits are kept ready. */
  #isWarm(limits: CellLimits): boolean {
    return fixedLimits.every((name) => limits[name] === this.#limits[name]);
  }

  #checkOpen(): void {
    if (this.#closed) throw new VivariumError("cell", closed);
  }

  #refillSoon(): void {
    if (this.#refillAfterMs === 0) return this.#refill();
    this.#refilling ??= setTimeout(() => {
      this.#refilling = undefined;
      this.#refill();
    }, this.#refillAfterMs);
  }

  /** Starts what is missing, in the background. */
  #refill(): void {
    while (!this.#closed && this.#warm.length + this.#warming.size < this.#size) {
      const warming: Promise<void> = this.#warmUp()
        // Whoever asks for a cell next starts one, and hears why it fails.
        .catch(() => {})
        .finally(() => void this.#warming.delete(warming));
      this.#warming.add(warming);
    }
  }

  async #warmUp(): Promise<void> {
    const cell = await this.#start(this.#limits);
    await this.#rehearse?.(cell, this.#limits);
    if (cell.usable) this.#warm.push(cell);
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
