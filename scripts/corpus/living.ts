import {
  type Cell,
  type CellPool,
  createCellPool,
  defaultCellLimits,
  denoSpawner,
  launchCell,
} from "../../src/cell/mod.ts";
import { systemClock } from "../../src/core/clock.ts";
import { type Cause, classify } from "../../src/death/mod.ts";
import { firstGenome, type Genome } from "../../src/genome/mod.ts";
import { strangers } from "./words.ts";

/** What became of a response, and why. */
export interface Fate {
  readonly label: "ok" | Cause;
  readonly message: string;
}

/** Real cells, some of them warm. */
export function startCells(size = 2): CellPool {
  const dist = decodeURIComponent(new URL("../../workers/dist", import.meta.url).pathname);
  return createCellPool({
    size,
    launch: (limits) =>
      launchCell({ clock: systemClock, spawn: denoSpawner, deno: Deno.execPath(), dist }, limits),
  });
}

/**
 * An agent on trial: it lives responses in a real cell, with nobody around it. After a death it comes
 * back with genome and query from before. Another call of the model within a step gets a harmless
 * program, a message to one of the corpus' strangers is rejected, any other arrives.
 */
export class Trial {
  readonly #cells: CellPool;
  #cell: Cell | undefined;
  #genome: Genome = firstGenome;
  #query: string;
  #turns = 0;
  #lives = 0;

  constructor(cells: CellPool, query: string) {
    this.#cells = cells;
    this.#query = query;
  }

  /** What the model would be asked next. */
  get query(): string {
    return this.#query;
  }

  /** Lives one response, as the model's answer to a tick. */
  async live(response: string): Promise<Fate> {
    const cell = this.#cell ??= await this.#born();
    const turn = this.#turns++;
    let asked = false;
    const outcome = await cell.turn({
      letter: { kind: "tick", from: "supervisor", body: null },
      age: turn,
      energy: 100,
      nowMs: 1_700_000_000_000 + turn * 1000,
      seed: turn,
    }, {
      llm: () => {
        const answer = asked ? "this.state.count = 1;" : response;
        asked = true;
        return Promise.resolve(answer);
      },
      send: (to) => isStranger(to) ? Promise.reject(absent(to)) : Promise.resolve(),
      ask: (to) => isStranger(to) ? Promise.reject(absent(to)) : Promise.resolve("fine"),
    });
    if (outcome.lived) {
      ({ genome: this.#genome, query: this.#query } = outcome);
      return { label: "ok", message: "" };
    }
    this.end();
    const { cause, message } = classify(outcome.facts);
    return { label: cause, message };
  }

  /** Gives the cell back. */
  end(): void {
    if (this.#cell !== undefined) this.#cells.give(this.#cell);
    this.#cell = undefined;
  }

  async #born(): Promise<Cell> {
    const cell = await this.#cells.take(defaultCellLimits);
    const born = await cell.birth({
      agent: "ada",
      life: ++this.#lives,
      genome: this.#genome,
      query: this.#query,
      limits: defaultCellLimits,
    });
    if (born.lived) return cell;
    await cell.kill("it is done with");
    throw new Error(`cannot be born: ${classify(born.facts).message}`);
  }
}

function isStranger(name: string): boolean {
  return strangers.some((stranger) => stranger === name);
}

function absent(name: string): Error {
  return new Error(`there is no agent '${name}'`);
}
