import type { Cell, CellLimits, CellPool } from "../cell/types.ts";
import type { DeathFacts } from "../death/mod.ts";

/**
 * The cell that an agent has, if it has one: taken from the pool when a life needs it, kept over soft
 * deaths, given up when it is spent.
 */
export class CellHolder {
  readonly #pool: CellPool;
  readonly #limits: CellLimits;
  readonly #onDeath: (facts: DeathFacts) => void;
  #cell: Cell | undefined;
  #forced = false;

  /** @param onDeath told when the cell that is held ends while no call runs */
  constructor(pool: CellPool, limits: CellLimits, onDeath: (facts: DeathFacts) => void) {
    this.#pool = pool;
    this.#limits = limits;
    this.#onDeath = onDeath;
  }

  get cell(): Cell | undefined {
    return this.#cell;
  }

  /** Whether the house killed it: what comes of its call is not the agent's doing. */
  get forced(): boolean {
    return this.#forced;
  }

  /** A cell into which a life may be born. */
  async take(): Promise<Cell> {
    this.dropSpent();
    if (this.#cell !== undefined) return this.#cell;
    const cell = await this.#pool.take(this.#limits);
    this.#cell = cell;
    cell.onDeath((facts) => {
      if (this.#cell === cell && !this.#forced) this.#onDeath(facts);
    });
    return cell;
  }

  /** Gives the cell up if no other life may be born in it. */
  dropSpent(): void {
    if (this.#cell === undefined || (this.#cell.usable && !this.#forced)) return;
    this.#pool.give(this.#cell);
    this.#cell = undefined;
    this.#forced = false;
  }

  /** Kills the cell under the call that it is in: an order does not wait for it. */
  force(): void {
    if (this.#cell === undefined) return;
    this.#forced = true;
    void this.#cell.kill("its supervisor was ordered to end its life");
  }

  /** Kills the cell and waits until it is gone. */
  async leave(): Promise<void> {
    const cell = this.#cell;
    this.#cell = undefined;
    await cell?.kill("its agent rests");
  }
}
