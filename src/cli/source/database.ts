import { type ApiHouse, createApi } from "../../api/mod.ts";
import { VivariumError } from "../../core/errors.ts";
import { EventBus, type HouseEvent } from "../../core/events.ts";
import { lockDatabase, type Replays, replaysOf } from "../../house/mod.ts";
import { readStore, type Store } from "../../store/mod.ts";
import type { AgentView } from "../../supervisor/mod.ts";
import { Answers } from "./answers.ts";
import type { EventsQuery, Source } from "./types.ts";

/** How often a followed file is looked at for new events. */
const lookMs = 200;

/**
 * A database file, read by the same API that a house serves, without a house: what is asked is
 * answered from the ledger alone. Nothing is written to the file, so a house may be running on it.
 *
 * @throws {VivariumError} `database` for a file that is not there, or no Vivarium database
 */
export async function databaseSource(path: string): Promise<Source> {
  const store = await readStore(path);
  const replays = replaysOf(store);
  const app = createApi(houseAtRest(store, replays));
  const answers = new Answers(async (target, init) =>
    await app.request(`http://127.0.0.1${target}`, init)
  );

  async function* events(
    query: EventsQuery,
    { follow, signal }: { readonly follow: boolean; readonly signal: AbortSignal },
  ): AsyncGenerator<HouseEvent> {
    const { agent, cause, kind } = query;
    const filter = {
      ...(agent === undefined ? {} : { agent }),
      ...(cause === undefined ? {} : { cause }),
      ...(kind === undefined ? {} : { kinds: kind.split(",") }),
    };
    for (let after = query.after ?? store.lastEvent(); !signal.aborted;) {
      const page = store.events({ ...filter, after, limit: 1000 });
      yield* page;
      after = page.at(-1)?.id ?? after;
      if (page.length > 0) continue;
      if (!follow) return;
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
  }

  return {
    name: path,
    live: false,
    get: (target, query) => answers.json("GET", target, query),
    bytes: (target, query) => answers.bytes(target, query),
    order: (method, target, body, query) =>
      changesNothing.test(target)
        ? answers.json(method, target, query, body)
        : Promise.reject(refusal(path, store)),
    newest: () => Promise.resolve(store.lastEvent()),
    events,
    async [Symbol.asyncDispose](): Promise<void> {
      await replays.close();
      store.close();
    },
  };
}

/** Orders that leave the ledger as it is: deaths are lived again in cells of this process. */
const changesNothing = /^\/v1\/deaths\/\d+\/(replay|minimal)$/;

/** A ledger as the API's routes see it, where nobody is up. */
function houseAtRest(store: Store, replays: Replays): ApiHouse {
  const look = (name: string): AgentView => {
    const row = store.agent(name);
    if (row === undefined) {
      throw new VivariumError("not-found", `there is no agent '${name}'`, {
        hint: "'vivarium agents' lists them",
      });
    }
    const { ordinal: _, ...view } = row;
    const age = store.life(name, row.life);
    return {
      ...view,
      phase: row.status === "failed" ? "failed" : "stopped",
      age: age?.end === null ? age.steps : 0,
      energy: null,
      probation: null,
      mailbox: store.mailbox(name).length,
      pid: null,
    };
  };
  const answered: Partial<ApiHouse["supervisor"]> = { look };
  return {
    store,
    bus: new EventBus(),
    // Only reads and replays come here (see `order`), and reads of an agent only look.
    supervisor: answered as ApiHouse["supervisor"],
    replays,
    policy: null,
  };
}

/** Why a file takes no orders: nobody is there to carry them out, or another way leads to who is. */
function refusal(path: string, store: Store): VivariumError {
  try {
    lockDatabase(path)();
    return new VivariumError("bad-usage", `cannot change '${path}': a file is only read`, {
      hint: `start a house on it (deno task run --db ${path}) and leave --db out`,
    });
  } catch {
    const url = addressIn(store);
    return new VivariumError("bad-usage", `cannot change '${path}': a house is running on it`, {
      hint: url === undefined ? "name the house by --url" : `ask the house: --url ${url}`,
    });
  }
}

/** Where the last house said that it listens. */
function addressIn(store: Store): string | undefined {
  let last: HouseEvent | undefined;
  for (let after = 0;;) {
    const page = store.events({ after, kinds: ["house.started"], limit: 1000 });
    last = page.at(-1) ?? last;
    if (page.length < 1000) break;
    after = last?.id ?? after;
  }
  const api = last?.data["api"];
  return typeof api === "string" ? api : undefined;
}
