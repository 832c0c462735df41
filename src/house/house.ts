import type { z } from "zod";
import { createCellPool, defaultCellLimits, rehearse } from "../cell/mod.ts";
import { systemClock } from "../core/clock.ts";
import { messageOf, VivariumError } from "../core/errors.ts";
import { EventBus, type EventDraft } from "../core/events.ts";
import { createModel, guardedModel, parseModelSpec } from "../llm/mod.ts";
import { firstQueries, startPolicyProcess } from "../policy/mod.ts";
import { energySchema, rewardWeightsSchema } from "../reward/mod.ts";
import { openStore } from "../store/mod.ts";
import { Supervisor } from "../supervisor/mod.ts";
import { Announcer } from "./announcer.ts";
import { sandboxedCells } from "./cells.ts";
import { Condition } from "./condition.ts";
import { undoOf } from "./fresh.ts";
import { lockDatabase } from "./lock.ts";
import { agentNames } from "./names.ts";
import { openTelemetry } from "./open_telemetry.ts";
import { policyEvent, traceUpdate } from "./policy_events.ts";
import { policyDir } from "./policy_dir.ts";
import { PolicyKeeper } from "./policy_keeper.ts";
import { Replays } from "./replays.ts";
import { runSeed } from "./seed.ts";
import type { NewAgent, NewTemplate } from "./specs.ts";
import type { HouseOptions, HouseParts, OpenHouse, Report } from "./types.ts";

/** How often the house looks at its policy and its database. */
const lookMs = 500;

/**
 * Opens a house: store, policy, cells, model and supervisor, in the order in which they need each
 * other. What cannot work is refused here, before any agent lives.
 *
 * @param options see {@linkcode HouseOptions}
 * @param parts see {@linkcode HouseParts}
 * @throws {VivariumError} `bad-usage`, `script`, `database`, `checkpoint` or `provider` for what the user can
 *   mend; a database that was not there before is not left behind
 */
export async function openHouse(
  options: HouseOptions,
  parts: HouseParts = {},
): Promise<OpenHouse> {
  const { db, llm = "policy", train = true, horizon = 100, warmCells = 2, checkpoint } = options;
  const { profile = "strict", requireSandbox = false, batchEpisodes = 8, group = 1, powers = {} } =
    options;
  const weights = checked("rewards", rewardWeightsSchema, options.rewards ?? {});
  const energy = options.energy && checked("energy", energySchema, options.energy);
  const kind = typeof llm === "string" ? parseModelSpec(llm).kind : "own";
  const { clock = systemClock } = parts;
  await using undo = new AsyncDisposableStack();
  await using opened = new AsyncDisposableStack();

  const undoFiles = undoOf(db);
  // The folder's absence and a foreign file are the store's to tell, in better words.
  const store = openStore(db, { clock });
  opened.defer(() => store.close());
  opened.defer(lockDatabase(db));
  undo.defer(undoFiles);
  const drawn = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  const seed = runSeed(store, options.seed, drawn);
  const tracer = await openTelemetry();
  const bus = new EventBus();
  if (options.onEvent !== undefined) bus.subscribe(options.onEvent);
  const publish = (...events: EventDraft[]): void => {
    for (const event of store.commit({ events })) bus.publish(event);
  };
  const trouble = (error: unknown): void => options.onTrouble?.(messageOf(error));
  const announcer = new Announcer(clock, trouble);

  let updates = 0;
  // Who asks for a seed wants the same run again: messages between agents, and training, included.
  const repeatable = options.seed !== undefined;
  const embedded = kind === "policy" || kind === "random" ? await policyDir(db) : null;
  if (embedded !== null) opened.defer(embedded.remove);
  const policy = embedded === null ? null : await PolicyKeeper.start({
    clock,
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
        announcer.tell(() => store.recordPolicyVersion(event.version));
      }
      traceUpdate(tracer, event);
      announcer.tell(() => publish(policyEvent(event)));
    },
  });
  if (policy !== null) opened.defer(() => policy.stop());

  const model = typeof llm === "string"
    ? createModel(llm, policy === null ? {} : { sampler: policy })
    : guardedModel(llm);
  opened.defer(() => model.close());
  await model.ready?.();
  const cells = parts.cells ?? await sandboxedCells(profile, requireSandbox);
  const pool = createCellPool({
    size: warmCells,
    launches: 2 * navigator.hardwareConcurrency,
    refillAfterMs: 50,
    rehearse,
    launch: cells.launch,
    limits: { ...defaultCellLimits, ...options.limits },
  });
  opened.defer(() => pool.close());
  const condition = new Condition({
    clock,
    troubles: { database: () => supervisor.trouble, policy: () => policy?.trouble },
    tell: (event) => announcer.tell(() => publish(event)),
  });
  const supervisor: Supervisor = new Supervisor({
    store,
    bus,
    pool,
    model,
    clock,
    tracer,
    powers,
    resurrections: options.resurrections ?? {},
    onTrouble: (error) => {
      trouble(error);
      condition.look();
    },
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
  const replays = new Replays(store, clock, cells.launch);
  opened.defer(() => replays.close());

  const looking = setInterval(() => {
    policy?.look();
    condition.look();
    announcer.flush();
  }, lookMs);
  opened.defer(() => clearInterval(looking));

  const complete = <Spec extends NewTemplate>(
    { firstQuery = firstQueries[0], limits, ...spec }: Spec,
  ) => ({ ...spec, firstQuery, limits: { ...options.limits, ...limits } });
  const spawn = (agent: NewAgent): void =>
    // A pool's template says what is left out.
    void supervisor.spawn(
      supervisor.supervisors.isPool(agent.supervisor) ? agent : complete(agent),
    );
  const before = store.lastLives();
  const start = { db, seed, model: model.spec, profile, layers: cells.on };
  const rest = opened.move();
  undo.move();
  let stopping: Promise<Report> | undefined;
  const stop = async (): Promise<Report> => {
    // The report is made when all lives are closed, and before the store is.
    await supervisor.shutdown();
    await policy?.reportVersions();
    announcer.tell(() => publish({ kind: "house.stopped", data: {} }));
    const report: Report = {
      ...store.summary(before),
      whole: store.summary(),
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
      startedAtMs: clock.now(),
      seed,
      model: model.spec,
      horizon,
      profile,
      layers: cells.on,
      missing: cells.missing,
      limits: { ...defaultCellLimits, ...options.limits },
      powers: Object.entries(powers).map(([name, { kind, about }]) => ({ name, kind, about })),
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
        const firstQuery = firstQueries[index % firstQueries.length] ?? firstQueries[0];
        spawn({ name, firstQuery, powers: options.grants ?? [] });
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
    supervise: ({ template, ...spec }) =>
      void supervisor.supervisors.add(
        template === undefined ? spec : { ...spec, template: complete(template) },
      ),
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
