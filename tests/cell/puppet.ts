import { assert } from "@std/assert";
import { SimulatedClock } from "../../src/core/clock.ts";
import { type CellProcess, defaultCellLimits, type Exit, type Glance } from "../../src/cell/mod.ts";
import { LockedCell } from "../../src/cell/locked_cell.ts";
import { firstGenome } from "../../src/genome/mod.ts";
import { birthOf } from "./support.ts";

/** What every claim of a puppet bears. */
export const secret = "s".repeat(64);
/** What a puppet may use. */
export const limits = {
  ...defaultCellLimits,
  stepMs: 1000,
  printBytes: 100,
  messages: 2,
  modelCalls: 2,
};

/** A process whose pipe the test holds, and a clock that it moves: the house's side alone. */
export class Puppet {
  readonly clock = new SimulatedClock();
  readonly orders: Record<string, unknown>[] = [];
  readonly cell: LockedCell;
  rssBytes: number | undefined = 1000;
  glance: Glance | undefined;
  /** What lies in the pipe when a kill comes: written before it, and not yet read. */
  lastWords: readonly Record<string, unknown>[] = [];
  kills = 0;
  #out!: ReadableStreamDefaultController<Uint8Array>;
  #err!: ReadableStreamDefaultController<Uint8Array>;
  #exit = Promise.withResolvers<Exit>();
  #ended = false;

  constructor() {
    const process: CellProcess = {
      pid: 1,
      stdin: new WritableStream({
        write: (chunk) => void this.orders.push(JSON.parse(new TextDecoder().decode(chunk))),
      }),
      stdout: new ReadableStream({ start: (controller) => void (this.#out = controller) }),
      stderr: new ReadableStream({ start: (controller) => void (this.#err = controller) }),
      exit: this.#exit.promise,
      kill: () => {
        this.kills++;
        this.say(...this.lastWords);
        this.end({ code: 137, signal: "SIGKILL" });
      },
    };
    this.cell = new LockedCell({
      process,
      secret,
      clock: this.clock,
      limits,
      innerPid: (pid) => pid,
      residentBytes: () => this.rssBytes,
      glance: () => this.glance,
    });
  }

  /** Writes claims as the warden would. */
  say(...claims: readonly Record<string, unknown>[]): void {
    for (const claim of claims) this.write(JSON.stringify({ secret, ...claim }) + "\n");
  }

  write(text: string): void {
    this.writeBytes(new TextEncoder().encode(text));
  }

  writeBytes(bytes: Uint8Array): void {
    try {
      this.#out.enqueue(bytes);
    } catch {
      // The process has been killed: nobody reads.
    }
  }

  complain(text: string): void {
    this.#err.enqueue(new TextEncoder().encode(text));
  }

  /** The process ends; with `left`, one that it had started holds its pipes. */
  end(exit: Exit, { left = false } = {}): void {
    if (this.#ended) return;
    this.#ended = true;
    if (left) return this.#exit.resolve(exit);
    try {
      this.#out.close();
    } catch {
      // The house has stopped to listen already.
    }
    this.#err.close();
    this.#exit.resolve(exit);
  }

  async born(): Promise<void> {
    const birth = this.cell.birth(birthOf(undefined, limits));
    this.say({ op: "born", id: 1 });
    assert((await birth).lived);
  }

  lived(changes: Record<string, unknown> = {}): Record<string, unknown> {
    return {
      op: "lived",
      turn: 2,
      genome: firstGenome,
      query: "q",
      dropped: [],
      used: [],
      returned: null,
      ...changes,
    };
  }
}

/** Lets what waits in microtasks and streams happen. */
export async function pass(): Promise<void> {
  for (let n = 0; n < 20; n++) await Promise.resolve();
  await new Promise((done) => setTimeout(done, 0));
}
