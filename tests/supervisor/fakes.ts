import { setImmediate } from "node:timers";
import type {
  Birth,
  Cell,
  CellPool,
  Died,
  Lived,
  Outcome,
  Turn,
  TurnPowers,
  Usage,
} from "../../src/cell/types.ts";
import { SimulatedClock } from "../../src/core/clock.ts";
import type { Episode } from "../../src/core/episode.ts";
import { VivariumError } from "../../src/core/errors.ts";
import { EventBus, type EventKind, type HouseEvent } from "../../src/core/events.ts";
import type { Json } from "../../src/core/json.ts";
import type { DeathFacts } from "../../src/death/mod.ts";
import { firstGenome, type Genome } from "../../src/genome/mod.ts";
import type { Completion, CompletionRequest, Model } from "../../src/llm/types.ts";
import { openStore, type Store } from "../../src/store/mod.ts";
import { Supervisor, type SupervisorOptions } from "../../src/supervisor/mod.ts";

const usage: Usage = {
  elapsedMs: 1,
  busyMs: 1,
  rssBytes: 1,
  printBytes: 0,
  messages: 0,
  modelCalls: 0,
};

/** How a fake turn ends: lived, with changes; or died, of something. */
export type Ending =
  | {
    readonly edit?: Readonly<Record<string, string>>;
    readonly query?: string;
    returned?: Json;
    /** The house had killed the process before it saw this. */
    readonly late?: true;
  }
  | { readonly die: Partial<DeathFacts>; readonly hard?: boolean };

/** What an agent in a fake cell does with a turn. */
export type Behaviour = (
  turn: Turn,
  powers: TurnPowers,
  life: Birth,
) => Ending | Promise<Ending>;

/** Facts of a soft death by an exception. */
export function exception(message = "it broke"): { die: Partial<DeathFacts> } {
  return { die: { fault: { kind: "exception", message } } };
}

/** Lets everything that is not waiting for the clock go on. Fake turns take one macrotask each. */
export async function settle(rounds = 12): Promise<void> {
  for (let round = 0; round < rounds; round++) await macrotask();
}

let hurried = false;

/** From now on a macrotask takes no millisecond of a timer: for long runs that wait for no timer. */
export function hurry(): void {
  hurried = true;
}

function macrotask(): Promise<void> {
  return new Promise((resolve) => void (hurried ? setImmediate(resolve) : setTimeout(resolve, 0)));
}

/** A cell without a process: speaks the contract, and does as it is told. */
export class FakeCell implements Cell {
  usable = true;
  killed = false;
  life: Birth | undefined;
  readonly #pool: FakePool;
  #genome: Genome = firstGenome;
  #onDeath: ((facts: DeathFacts) => void) | undefined;
  #end: ((died: Died) => void) | undefined;

  constructor(readonly pid: number, pool: FakePool) {
    this.#pool = pool;
  }

  async birth(birth: Birth): Promise<{ readonly lived: true } | Died> {
    this.#use();
    await macrotask();
    this.life = birth;
    this.#genome = birth.genome;
    this.#pool.births.push(birth);
    const facts = this.#pool.stillborn?.(birth);
    return facts === undefined ? { lived: true } : this.#died({ phase: "birth", ...facts });
  }

  async turn(turn: Turn, powers: TurnPowers): Promise<Outcome> {
    this.#use();
    const { life } = this;
    if (life === undefined) throw new Error("there is no life in this cell");
    this.#pool.turns.push({ ...turn, agent: life.agent, life: life.life });
    const killed = new Promise<Died>((resolve) => this.#end = resolve);
    await macrotask();
    const acted = Promise.resolve().then(() => this.#pool.behaviour(turn, powers, life)).then(
      (ending) => this.#outcome(ending),
    );
    const outcome = await Promise.race([killed, acted]);
    this.#end = undefined;
    return outcome;
  }

  onDeath(listener: (facts: DeathFacts) => void): void {
    this.#onDeath = listener;
  }

  /** The process ends by itself while no call runs. */
  fall(facts: Partial<DeathFacts>): void {
    this.usable = false;
    this.#onDeath?.(this.#died({ phase: "idle", ...facts }).facts);
  }

  kill(why: string): Promise<void> {
    this.usable = false;
    this.killed = true;
    const kill = { rule: "order", why } as const;
    this.#end?.(this.#died({ kill, exit: { code: 137, signal: "SIGKILL" } }));
    return Promise.resolve();
  }

  #outcome(ending: Ending): Outcome {
    if ("die" in ending) {
      if (ending.hard) this.usable = false;
      return this.#died(ending.die);
    }
    const { edit = {}, query = this.life?.query ?? "", returned = null, late } = ending;
    if (late) this.usable = false;
    this.#genome = { ...this.#genome, methods: { ...this.#genome.methods, ...edit } };
    const lived: Lived = {
      lived: true,
      genome: this.#genome,
      query,
      edited: Object.keys(edit),
      dropped: [],
      used: [],
      prints: [],
      returned,
      attempts: [],
      usage,
    };
    return late ? { ...lived, late } : lived;
  }

  #died(facts: Partial<DeathFacts>): Died {
    const all = { phase: "turn", stderr: "", detectedMs: 3, ...facts } as const;
    return { lived: false, facts: all, prints: [], attempts: [], usage };
  }

  #use(): void {
    if (!this.usable) throw new VivariumError("internal", "this cell is spent");
  }
}

/** Cells without processes. */
export class FakePool implements CellPool {
  readonly cells: FakeCell[] = [];
  readonly births: Birth[] = [];
  readonly turns: (Turn & { agent: string; life: number })[] = [];
  /** Which births fail, and how. */
  stillborn: ((birth: Birth) => Partial<DeathFacts> | undefined) | undefined;
  /** Why no cell starts. */
  broken: string | undefined;
  closed = 0;
  /** Cells that are kept ready for somebody. */
  reserved = 0;

  constructor(public behaviour: Behaviour) {}

  take(): Promise<Cell> {
    if (this.broken !== undefined) return Promise.reject(new VivariumError("cell", this.broken));
    const cell = new FakeCell(1000 + this.cells.length, this);
    this.cells.push(cell);
    return Promise.resolve(cell);
  }

  give(cell: Cell): void {
    void cell.kill("the test is over");
  }

  reserve(): () => void {
    this.reserved++;
    return () => void this.reserved--;
  }

  close(): Promise<void> {
    this.closed++;
    return Promise.resolve();
  }

  /** The cell in which an agent's newest life is. */
  cellOf(agent: string): FakeCell {
    const cell = this.cells.findLast(({ life }) => life?.agent === agent);
    if (cell === undefined) throw new Error(`${agent} has no cell`);
    return cell;
  }
}

/** A model that is a function. */
export function fakeModel(
  answer: (request: CompletionRequest) => Promise<string> | string,
): Model {
  return {
    spec: "fake",
    async complete(request): Promise<Completion> {
      const text = await answer(request);
      const trace = { version: 7, promptIds: [1], ids: [2, 3], logps: [-1, -2] };
      return { text, model: "policy@7", tokens: { prompt: 1, completion: 2 }, trace };
    },
    close: () => Promise.resolve(),
  };
}

/** A supervisor with everything that it stands on: a real store in memory, a simulated clock. */
export class World {
  readonly clock = new SimulatedClock(1_000_000);
  readonly store: Store;
  readonly bus = new EventBus();
  readonly events: HouseEvent[] = [];
  readonly episodes: Episode[] = [];
  readonly troubles: unknown[] = [];
  readonly pool: FakePool;
  readonly supervisor: Supervisor;

  constructor(
    behaviour: Behaviour,
    options: Partial<SupervisorOptions> & { readonly answer?: (prompt: string) => string } = {},
  ) {
    const { answer = (prompt) => `response to ${prompt}`, ...rest } = options;
    this.pool = new FakePool(behaviour);
    this.store = options.store ?? openStore(":memory:", { clock: this.clock });
    this.bus.subscribe((event) => this.events.push(event));
    this.supervisor = new Supervisor({
      clock: this.clock,
      pool: this.pool,
      model: fakeModel(({ prompt }) => answer(prompt)),
      bus: this.bus,
      episodes: { post: (episode) => void this.episodes.push(structuredClone(episode)) },
      onTrouble: (error) => this.troubles.push(error),
      seed: 1,
      ...rest,
      store: this.store,
    });
  }

  /** Moves the clock in small steps, letting everything happen in between. */
  async pass(ms: number, step = 50): Promise<void> {
    for (let at = 0; at < ms; at += step) {
      this.clock.advance(Math.min(step, ms - at));
      await settle(4);
    }
    await settle();
  }

  /** Lets time pass until no agent has anything left to do. */
  async finish(): Promise<void> {
    let finished = false;
    void this.supervisor.finished.then(() => finished = true);
    for (let tries = 0; !finished; tries++) {
      if (tries > 2000) throw new Error("the agents do not come to an end");
      this.clock.advance(50);
      await settle(2);
    }
  }

  /** Events of some kinds, in short: `ada#1.2 life.died exception`. */
  told(...kinds: EventKind[]): string[] {
    return this.events.filter(({ kind }) => kinds.includes(kind)).map((event) => {
      const place = event.life === undefined ? "" : `#${event.life}`;
      const step = event.step === undefined ? "" : `.${event.step}`;
      const who = `${event.agent ?? "house"}${place}${step}`;
      return [who, event.kind, event.cause].filter((word) => word !== undefined).join(" ");
    });
  }
}
