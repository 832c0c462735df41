import type { z } from "zod";
import { type CellLimits, createCellPool, defaultCellLimits, type Profile } from "../cell/mod.ts";
import { systemClock } from "../core/clock.ts";
import { messageOf, VivariumError } from "../core/errors.ts";

import { EventBus, type EventDraft, type EventListener } from "../core/events.ts";
import { createModel, guardedModel, type Model, parseModelSpec } from "../llm/mod.ts";
import { firstQueries, startPolicyProcess } from "../policy/mod.ts";
import type { Json } from "../core/json.ts";
import {
  energySchema,
  type EnergySettings,
  type RewardWeights,
  rewardWeightsSchema,
  type Task,
} from "../reward/mod.ts";
import type { Powers } from "../powers/mod.ts";
import { openStore, type Store, type Summary } from "../store/mod.ts";
import { Supervisor } from "../supervisor/mod.ts";
import { type Cells, sandboxedCells } from "./cells.ts";
import { lockDatabase } from "./lock.ts";
import { agentNames } from "./names.ts";
import { openTelemetry } from "./open_telemetry.ts";
import { policyEvent, traceUpdate } from "./policy_events.ts";
import { policyDir } from "./policy_dir.ts";
import { PolicyKeeper } from "./policy_keeper.ts";
import { Replays } from "./replays.ts";
import { runSeed } from "./seed.ts";
import type { NewAgent, NewSupervisor } from "./specs.ts";
import type { Death, DeathQuery } from "./views.ts";

/** What a house is started with. */
export interface HouseOptions {
  /**
   * The database file; made if it is not there. The policy's files lie beside it, in `FILE.policy/`.
   * `:memory:` keeps nothing.
   */
  readonly db: string;
  /**
   * Who writes the responses: a SPEC as `--llm` takes it, or a model of your own. @default "policy"
   */
  readonly llm?: string | Model;
  /** How many agents; those that the database already holds are among them. @default 4 */
  readonly agents?: number;
  /** Their names, where they are to be certain ones. */
  readonly names?: readonly string[];
  /** Seed of the run. A database keeps the seed that it began with. Default: drawn. */
  readonly seed?: number;
  /** Turns of each agent after which it rests. Default: it goes on until the house is stopped. */
  readonly steps?: number;
  /** Steps after which a life is cut, which is not a death. @default 100 */
  readonly horizon?: number;
  /** Whether the embedded policy is trained. @default true */
  readonly train?: boolean;
  /**
   * Lives of each agent that start from the same genome with the same query, for leave-one-out: with more
   * than one, the trainer's baseline is `rloo`. @default 1
   */
  readonly group?: number;
  /** Folder of the policy's checkpoint. Default: the shipped one. */
  readonly checkpoint?: string;
  /** Limits of each new agent's cell, where they differ from the defaults. */
  readonly limits?: Partial<CellLimits>;
  /**
   * How hard each cell is locked: `strict` (no JIT, memory capped by the kernel), `fast` (with JIT) or
   * `portable` (no layer of the operating system). @default "strict"
   */
  readonly profile?: Profile;
  /** Refuses to start where a layer of the operating system is missing. @default false */
  readonly requireSandbox?: boolean;
  /** What each term of the reward is worth, where it differs from the defaults. */
  readonly rewards?: Partial<RewardWeights>;
  /**
   * Meters energy: steps and tokens cost, value pays, and at zero a life ends by `starvation`. An empty
   * object takes the defaults. Default: energy is not metered.
   */
  readonly energy?: Partial<EnergySettings>;
  /** Tasks that a child spec may name: a query, and a checker that runs in the house. */
  readonly tasks?: Readonly<Record<string, Task>>;
  /** Settings of the trainer, where they differ from the defaults; see `TrainerSettings`. */
  readonly trainer?: Readonly<Record<string, Json>>;
  /** Closed lives that make an update of the policy. @default 8 */
  readonly batchEpisodes?: number;
  /**
   * What agents may be granted, by name: folders, hosts, functions of yours. A child spec says which
   * of them (`powers: ["notes"]`), and the agent calls `this.use("notes", { op: "list" })`.
   * @default nothing
   */
  readonly powers?: Powers;
  /** Cells kept ready beside those in use. @default 2 */
  readonly warmCells?: number;
  /** Told of every committed event; must not throw. */
  readonly onEvent?: EventListener;
  /** Told in one line of what went wrong and was survived; must not throw. */
  readonly onTrouble?: (line: string) => void;
}

/** What a run came to. */
export interface Report extends Summary {
  /** The database file. */
  readonly db: string;
  /** Seed of the run. */
  readonly seed: number;
  /** The SPEC of the model. */
  readonly model: string;
  /** Present version of the policy, and updates made in this run; null without an embedded policy. */
  readonly policy: { readonly version: number; readonly updates: number } | null;
}

/** A house, as a library user holds it. */
export interface House {
  /**
   * Brings back the agents of the database, and spawns those that are still to come.
   *
   * @param about what the event of the start is to say beside, such as where the API listens
   */
  begin(about?: { readonly api?: string }): void;
  /**
   * Resolves when no agent has anything left to do, and the policy has learnt from it.
   *
   * @throws {VivariumError} `unavailable` if the supervisor gave up
   */
  finished(): Promise<void>;
  /** Ends everything in order, closes the database, and says what it came to. Idempotent. */
  stop(): Promise<Report>;
  /**
   * Puts a message into an agent's mailbox; durable when it resolves.
   *
   * @throws {VivariumError} `not-found`, `too-large`, `overloaded`, `unavailable`
   */
  tell(to: string, body: Json): Promise<void>;
  /**
   * Puts a question to an agent, and waits for what its `handle` returns.
   *
   * @throws {VivariumError} as `tell`; `timeout`; `unavailable` when it dies before it answered
   */
  ask(to: string, body: Json): Promise<Json>;
  /**
   * Starts a new agent, under the house's own supervisor or under another.
   *
   * @throws {VivariumError} `bad-request` for a spec that is wrong; `conflict` for a name that is taken;
   * `not-found` for a supervisor that is not there; `too-large`
   */
  spawn(agent: NewAgent): void;
  /**
   * Starts a supervisor under the house's own one, or under another.
   *
   * @throws {VivariumError} `bad-request`, `conflict`, `not-found`
   */
  supervise(supervisor: NewSupervisor): void;
  /**
   * Ends an agent's present life, which is nobody's fault; its child spec says whether it comes back.
   *
   * @throws {VivariumError} `not-found`
   */
  kill(name: string): Promise<void>;
  /** The deaths of the ledger, the newest first. */
  deaths(query?: DeathQuery): readonly Death[];
  /** Hears every event from now on, once it is committed. The returned function ends that. */
  subscribe(listener: EventListener): () => void;
}

/** What a house was started with, and what is around its cells. */
export interface HouseAbout {
  readonly startedAtMs: number;
  readonly seed: number;
  /** The SPEC of the model. */
  readonly model: string;
  /** Steps after which a life is cut, which is not a death. */
  readonly horizon: number;
  /** How hard each cell is locked. */
  readonly profile: Profile;
  /** Layers of the operating system that are around each cell. */
  readonly layers: readonly string[];
  /** A sentence for each that is not, and what that means. */
  readonly missing: readonly string[];
  /** Limits of an agent whose child spec names none. */
  readonly limits: CellLimits;
}

/** A house with its inside open: for the API, the commands and the tests. */
export interface OpenHouse extends House {
  readonly about: HouseAbout;
  readonly store: Store;
  readonly bus: EventBus;
  readonly supervisor: Supervisor;
  /** Lives deaths again. */
  readonly replays: Replays;
  /** Null where an outside model or a script writes the responses. */
  readonly policy: PolicyKeeper | null;
}

/** Parts of a house that whoever opens it may make itself: no option of the product leads here. */
export interface HouseParts {
  /** How cells are started, in place of what `profile` and `requireSandbox` say. */
  readonly cells?: Cells;
}

/** How often the policy is asked for new versions. */
const versionPollMs = 500;

/**
 * Opens a house: store, policy, cells, model and supervisor, in the order in which they need each
 * other. What cannot work is refused here, before any agent lives.
 *
 * @param options see {@linkcode HouseOptions}
 * @param parts see {@linkcode HouseParts}
 * @throws {VivariumError} `bad-usage`, `script`, `database` or `checkpoint` for what the user can mend
 */
export async function openHouse(
  options: HouseOptions,
  parts: HouseParts = {},
): Promise<OpenHouse> {
  const { db, llm = "policy", train = true, horizon = 100, warmCells = 2, checkpoint } = options;
  const { profile = "strict", requireSandbox = false, batchEpisodes = 8, group = 1 } = options;
  const weights = checked("rewards", rewardWeightsSchema, options.rewards ?? {});
  const energy = options.energy && checked("energy", energySchema, options.energy);
  const kind = typeof llm === "string" ? parseModelSpec(llm).kind : "own";
  await using opened = new AsyncDisposableStack();

  // The folder's absence and a foreign file are the store's to tell, in better words.
  const store = openStore(db);
  opened.defer(() => store.close());
  opened.defer(lockDatabase(db));
  const drawn = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const seed = runSeed(store, options.seed, drawn);
  const tracer = await openTelemetry();
  const bus = new EventBus();
  if (options.onEvent !== undefined) bus.subscribe(options.onEvent);
  const publish = (...events: EventDraft[]): void => {
    for (const event of store.commit({ events })) bus.publish(event);
  };

  let updates = 0;
  // Who asks for a seed wants the same run again: messages between agents, and training, included.
  const repeatable = options.seed !== undefined;
  const embedded = kind === "policy" || kind === "random" ? await policyDir(db) : null;
  if (embedded !== null) opened.defer(embedded.remove);
  const policy = embedded === null ? null : await PolicyKeeper.start({
    clock: systemClock,
    ...(repeatable ? { lockstep: { batchEpisodes } } : {}),
    start: () =>
      startPolicyProcess({
        dir: embedded.dir,
        seed,
        // Random weights are the baseline, and stay what they are.
        train: train && kind === "policy",
        batchEpisodes,
        updates: repeatable ? "asked" : "due",
        groupSize: group,
        settings: { ...(group > 1 ? { baseline: "rloo" } : {}), ...options.trainer },
        kind: kind === "random" ? "random" : "pretrained",
        ...(checkpoint === undefined ? {} : { checkpoint }),
      }),
    onEvent: (event) => {
      if (event.kind === "version") {
        updates++;
        store.recordPolicyVersion(event.version);
      }
      traceUpdate(tracer, event);
      publish(policyEvent(event));
    },
  });
  if (policy !== null) opened.defer(() => policy.stop());

  const model = typeof llm === "string"
    ? createModel(llm, policy === null ? {} : { sampler: policy })
    : guardedModel(llm);
  opened.defer(() => model.close());
  const cells = parts.cells ?? await sandboxedCells(profile, requireSandbox);
  const pool = createCellPool({
    size: warmCells,
    launch: cells.launch,
    limits: { ...defaultCellLimits, ...options.limits },
  });
  opened.defer(() => pool.close());
  const supervisor = new Supervisor({
    store,
    bus,
    pool,
    model,
    clock: systemClock,
    tracer,
    powers: options.powers ?? {},
    onTrouble: (error) => options.onTrouble?.(messageOf(error)),
    ...(policy === null ? {} : { episodes: policy }),
    seed,
    pace: repeatable ? "rounds" : "free",
    betweenRounds: () => policy?.learn(),
    horizon,
    weights,
    ...(energy === undefined ? {} : { energy }),
    ...(options.tasks === undefined ? {} : { tasks: options.tasks }),
    groupSize: group,
    ...(options.steps === undefined ? {} : { maxSteps: options.steps }),
  });
  opened.defer(() => supervisor.shutdown());
  const replays = new Replays(store, systemClock, cells.launch);
  opened.defer(() => replays.close());

  const lookForVersions = setInterval(() => void policy?.reportVersions(), versionPollMs);
  opened.defer(() => clearInterval(lookForVersions));

  const spawn = ({ firstQuery = firstQueries[0], limits, ...agent }: NewAgent): void =>
    void supervisor.spawn({ ...agent, firstQuery, limits: { ...options.limits, ...limits } });
  const start = { db, seed, model: model.spec, profile, layers: cells.on };
  const rest = opened.move();
  let stopping: Promise<Report> | undefined;
  const stop = async (): Promise<Report> => {
    // The report is made when all lives are closed, and before the store is.
    await supervisor.shutdown();
    await policy?.reportVersions();
    publish({ kind: "house.stopped", data: {} });
    const report: Report = {
      ...store.summary(),
      db,
      seed,
      model: model.spec,
      policy: policy === null ? null : { version: policy.version, updates },
    };
    await rest.disposeAsync();
    return report;
  };

  return {
    about: {
      startedAtMs: systemClock.now(),
      seed,
      model: model.spec,
      horizon,
      profile,
      layers: cells.on,
      missing: cells.missing,
      limits: { ...defaultCellLimits, ...options.limits },
    },
    store,
    bus,
    supervisor,
    replays,
    policy,
    begin(about: { readonly api?: string } = {}): void {
      publish({ kind: "house.started", data: { ...about, ...start } });
      for (const statement of cells.missing) {
        publish({ kind: "house.degraded", data: { why: statement } });
      }
      supervisor.restore();
      const known = new Set(supervisor.list().map(({ name }) => name));
      const wanted = options.names ?? agentNames(options.agents ?? 4);
      for (const [index, name] of wanted.entries()) {
        if (known.has(name)) continue;
        spawn({ name, firstQuery: firstQueries[index % firstQueries.length] ?? firstQueries[0] });
      }
    },
    async finished(): Promise<void> {
      const end = await Promise.race([supervisor.finished, supervisor.ended]);
      if (end === "escalated") {
        throw new VivariumError("unavailable", "the supervisor gave up: agents died too often", {
          hint: "see the deaths in the database; they name their causes",
        });
      }
      await policy?.settle(batchEpisodes);
    },
    stop: () => stopping ??= stop(),
    supervise: (spec) => void supervisor.supervisors.add(spec),
    tell: async (to, body) => void await supervisor.tell(to, body),
    ask: (to, body) => supervisor.ask(to, body),
    spawn,
    kill: async (name) => void await supervisor.kill(name),
    deaths: (query = {}) => store.deaths(query).items,
    subscribe: (listener) => bus.subscribe(listener),
  };
}

/** An option, with its defaults; a wrong one is the user's to mend. */
function checked<T>(option: string, schema: z.ZodType<T>, given: unknown): T {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = [option, ...issue?.path ?? []].join(".");
  throw new VivariumError("bad-usage", `cannot open a house: '${field}': ${issue?.message}`);
}
