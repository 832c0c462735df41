import { type ApiHouse, createApi } from "../../src/api/mod.ts";
import { defaultCellLimits } from "../../src/cell/mod.ts";
import { systemClock } from "../../src/core/clock.ts";
import { EventBus } from "../../src/core/events.ts";
import { messageOf } from "../../src/core/errors.ts";
import type { HouseAbout } from "../../src/house/mod.ts";
import { openStore, type Store } from "../../src/store/mod.ts";
import { Supervisor } from "../../src/supervisor/mod.ts";
import { exception, fakeModel, FakePool } from "../supervisor/fakes.ts";
import { FakePolicyClient, fakeReplays } from "./support.ts";

/**
 * A house with a real ledger and a real supervisor, whose agents live in cells without processes: they
 * edit themselves, answer what they are asked, and die of every eleventh turn.
 */
export class BusyHouse implements ApiHouse, AsyncDisposable {
  readonly about: HouseAbout = {
    startedAtMs: 1,
    seed: 1,
    model: "fake",
    horizon: 50,
    profile: "portable",
    layers: [],
    missing: [],
    limits: defaultCellLimits,
    powers: [],
  };
  readonly store: Store = openStore(":memory:");
  readonly bus = new EventBus();
  readonly client = new FakePolicyClient();
  readonly policy: ApiHouse["policy"] = { ready: true, call: (request) => request(this.client) };
  readonly replays = fakeReplays(() => this.store);
  readonly supervisor: Supervisor;
  readonly troubles: string[] = [];
  readonly #closing = new AbortController();
  readonly app: ReturnType<typeof createApi>;
  #turns = 0;

  constructor() {
    const pool = new FakePool(async (turn, powers) => {
      if (turn.letter.kind === "ask") return { returned: { asked: turn.letter.body } };
      const response = await powers.llm("what next?");
      const count = ++this.#turns;
      if (count % 11 === 0) return exception("it broke");
      return { edit: { greet: `function greet() { return ${count % 5}; }` }, query: response };
    });
    this.supervisor = new Supervisor({
      store: this.store,
      bus: this.bus,
      pool,
      clock: systemClock,
      model: fakeModel(async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        return "function greet() {}";
      }),
      seed: 1,
      horizon: 50,
      onTrouble: (error) => void this.troubles.push(messageOf(error)),
    });
    this.app = createApi(this, {
      closing: this.#closing.signal,
      onTrouble: (line) => void this.troubles.push(line),
    });
  }

  /** Waits until an agent has lived so many steps more; rejects if it does not. */
  async steps(name: string, more: number): Promise<void> {
    const goal = this.supervisor.look(name).steps + more;
    for (let tries = 0; this.supervisor.look(name).steps < goal; tries++) {
      if (tries > 500) throw new Error(`'${name}' takes no steps: the house stands still`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.supervisor.shutdown();
    this.store.close();
  }
}
