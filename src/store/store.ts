import { type Clock, systemClock } from "../core/clock.ts";
import type { Json } from "../core/json.ts";
import { agentBy, deleteAgent, lineageOf, listAgents, putAgent, putLineage } from "./agents.ts";
import { Database, type DatabaseOptions, fromText, toText } from "./database.ts";
import { deathBy, insertDeath, listDeaths } from "./deaths.ts";
import { insertEvent, lastEventId, listEvents } from "./events.ts";
import { genomeBy, insertGenome } from "./genomes.ts";
import { listGenomesOf, livedWith, originOf } from "./genealogy.ts";
import { deleteLetter, insertLetter, lettersOf } from "./letters.ts";
import { listLifetimes } from "./lifetimes.ts";
import { lastLifeOf, lifeBy, listLives, putLife } from "./lives.ts";
import { listPolicyVersions, putPolicyVersion } from "./policy.ts";
import { insertLate } from "./rewards.ts";
import { insertStep, listSteps, stepBy } from "./steps.ts";
import { lastLivesOf, summarize } from "./summary.ts";
import type { Commit, Store } from "./types.ts";

/** How a store is opened. */
export interface StoreOptions extends DatabaseOptions {
  /** Dates the events. @default the machine's clock */
  readonly clock?: Clock;
}

/**
 * Opens the ledger, and makes the file if it is not there.
 *
 * @param path a SQLite file, or `:memory:`
 * @param options clock and durability
 * @throws {VivariumError} `database` if it cannot be opened, is no Vivarium database, or is one of a
 *   newer Vivarium
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const store = openStore(":memory:");
 * const [event] = store.commit({ events: [{ kind: "house.started", data: {} }] });
 * assertEquals(event?.id, 1);
 * store.close();
 * ```
 */
export function openStore(path: string, options: StoreOptions = {}): Store {
  const { clock = systemClock } = options;
  const db = new Database(path, options);
  return {
    commit: (commit) => db.transaction(() => write(db, commit, clock)),

    agent: (name) => agentBy(db, name),
    agents: (query = {}) => listAgents(db, query),
    removeAgent: (name) => deleteAgent(db, name),
    lives: (agent, query = {}) => listLives(db, agent, query),
    life: (agent, life) => lifeBy(db, agent, life),
    lastLife: (agent) => lastLifeOf(db, agent),
    steps: (agent, query = {}) => listSteps(db, agent, query),
    step: (agent, life, step) => stepBy(db, agent, life, step),
    deaths: (query = {}) => listDeaths(db, query),
    death: (id) => deathBy(db, id),
    genome: (hash) => genomeBy(db, hash),
    origin: (hash) => originOf(db, hash),
    genomesOf: (agent, query = {}) => listGenomesOf(db, agent, query),
    lifetimes: (query = {}) => listLifetimes(db, query),
    livedWith: (agent, genome) => livedWith(db, agent, genome),
    lineage: (agent, limit) => lineageOf(db, agent, limit),
    events: (query) => listEvents(db, query),
    lastEvent: () => lastEventId(db),

    accept: (letter) => db.transaction(() => insertLetter(db, letter)),
    mailbox: (agent) => lettersOf(db, agent),

    addReward: (reward) => db.transaction(() => insertLate(db, reward)),

    recordPolicyVersion: (version) => putPolicyVersion(db, version),
    policyVersions: (query = {}) => listPolicyVersions(db, query),

    getMeta(key) {
      const row = db.get<{ value: string }>("select value from meta where key = ?", key);
      return row === undefined ? undefined : fromText<Json>(row.value);
    },
    setMeta: (key, value) =>
      void db.run(
        `insert into meta (key, value) values (?, ?)
        on conflict (key) do update set value = excluded.value`,
        key,
        toText(value),
      ),

    lastLives: () => lastLivesOf(db),
    summary: (since = {}) => summarize(db, since),
    close: () => db.close(),
  };
}

function write(db: Database, commit: Commit, clock: Clock): ReturnType<Store["commit"]> {
  for (const row of commit.genomes ?? []) insertGenome(db, row);
  for (const row of commit.agents ?? []) putAgent(db, row);
  const { lives = [], steps = [], deaths = [] } = commit;
  // Life by life, so that a history is chained in the order in which it was lived.
  const numbers = new Set([...lives, ...steps, ...deaths].map(({ life }) => life));
  for (const number of [...numbers].sort((a, b) => a - b)) {
    for (const row of lives) if (row.life === number) putLife(db, row);
    for (const row of steps) {
      if (row.life !== number) continue;
      insertStep(db, row);
      if (row.lived) putLineage(db, row);
    }
    for (const row of deaths) if (row.life === number) insertDeath(db, row);
  }
  for (const id of commit.handled ?? []) deleteLetter(db, id);
  const atMs = clock.now();
  return (commit.events ?? []).map((draft) => insertEvent(db, draft, atMs));
}
