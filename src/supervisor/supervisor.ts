import { Asks, type Down } from "../actor/mod.ts";
import type { Clock } from "../core/clock.ts";
import { VivariumError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import { seededRandom, seedFrom } from "../core/random.ts";
import { noTracer } from "../core/tracing.ts";
import { firstGenome, genomeHash } from "../genome/mod.ts";
import { defaultRewardWeights } from "../reward/mod.ts";
import type { AgentRow, LetterRow, Store } from "../store/types.ts";
import { firstQueryOf, refuseLargeGenome } from "./admission.ts";
import { AgentRunner } from "./agent.ts";
import { AgentRegistry } from "./agent_registry.ts";
import { type Ancestry, beginAncestry, refuseUnknownRule } from "./ancestry.ts";
import { refuseUnknownPowers } from "./broker.ts";
import type { Context } from "./context.ts";
import { Hierarchy } from "./hierarchy.ts";
import { Kin } from "./kin.ts";
import { Ledger } from "./ledger.ts";
import { absent, envelopeOf } from "./letters.ts";
import { type AgentView, type SupervisorEnd, type SupervisorOptions, viewOf } from "./options.ts";
import { FreePacer, outsideStamp, type Pacer, RoundsPacer } from "./pacer.ts";
import { PostOffice } from "./post_office.ts";
import { allAgents, hostDeath, newAgentRow, storedAncestry, storedSpec } from "./recovery.ts";
import { SupervisorRegistry } from "./registry.ts";
import { takeDown } from "./shutdown.ts";
import {
  type ChildSpec,
  memberSpec,
  parseChildSpec,
  parseSupervisorSpec,
  type SpawnInput,
  type SupervisorSpec,
} from "./spec.ts";

/**
 * The parent actor. It starts agents from child specs, lets them live in cells, judges and rewards
 * their steps, writes everything down before anyone hears of it, and brings the dead back.
 */
export class Supervisor {
  /** Seed of the run. */
  readonly seed: number;
  /** Resolves when the supervisor and all its children are down, with the reason. */
  readonly ended: Promise<SupervisorEnd>;
  /** Resolves when no child has anything left to do in this run (`maxSteps`, or the script's end). */
  readonly finished: Promise<void>;
  /** The supervisors of the house: its own, and those under it. */
  readonly supervisors: SupervisorRegistry;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #spec: SupervisorSpec;
  readonly #context: Context;
  readonly #asks: Asks;
  readonly #ledger: Ledger;
  readonly #pacer: Pacer;
  readonly #post: PostOffice;
  readonly #hierarchy: Hierarchy;
  readonly #kin: Kin;
  readonly #agents: AgentRegistry;
  readonly #finished = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<SupervisorEnd>();
  #ordinal: number;
  #down: Promise<void> | undefined;

  constructor(options: SupervisorOptions) {
    const { clock, store, pool, model, bus, episodes, onTrouble, seed } = options;
    this.#store = store;
    this.#agents = new AgentRegistry(store);
    this.#clock = clock;
    this.#spec = parseSupervisorSpec(options.spec ?? {});
    this.seed = seed;
    this.ended = this.#ended.promise;
    this.finished = this.#finished.promise;
    const trouble = onTrouble ?? (() => {});
    this.#ledger = new Ledger(store, bus, clock, trouble);
    this.#asks = new Asks(clock);
    this.#pacer = options.pace === "rounds"
      ? new RoundsPacer((askers) => this.#post.unstick(askers), options.betweenRounds)
      : new FreePacer();
    this.#post = new PostOffice({
      asks: this.#asks,
      pacer: this.#pacer,
      store,
      clock,
      ledger: this.#ledger,
      roomTimeoutMs: options.askTimeoutMs ?? 5000,
      find: (name) => this.#agents.need(name),
    });
    this.#ordinal = Math.max(-1, ...allAgents(store).map(({ ordinal }) => ordinal)) + 1;
    this.#hierarchy = new Hierarchy({
      clock,
      root: this.#spec,
      find: (name) => this.#agents.find(name),
      onEnded: (supervisor, why) =>
        this.#ledger.commitNow({
          events: [{ kind: "supervisor.escalated", data: { supervisor, why } }],
        }),
      onRootEnded: (end) => void this.#goDown(end).catch(trouble),
      onChange: () => this.supervisors.keep(),
      trouble,
    });
    this.supervisors = new SupervisorRegistry(
      this.#hierarchy,
      store,
      (name) => this.#refuseTaken(name),
    );
    this.#kin = new Kin({
      bus,
      end: (name, why) => {
        if (this.#down === undefined) void this.#agents.find(name)?.kill(why).catch(trouble);
      },
      tell: (to, body) => {
        if (this.#down === undefined) void this.tell(to, body, "supervisor").catch(trouble);
      },
    });
    // Jitter changes when things happen, never what happens: a generator of its own.
    const jitter = seededRandom(seedFrom(seed, "jitter"));
    this.#context = {
      name: this.#spec.name,
      seed,
      clock,
      tracer: options.tracer ?? noTracer,
      store,
      pool,
      model,
      episodes: episodes ?? { post: () => {} },
      ledger: this.#ledger,
      asks: this.#asks,
      pacer: this.#pacer,
      weights: options.weights ?? defaultRewardWeights,
      energy: options.energy,
      tasks: options.tasks ?? {},
      powers: options.powers ?? {},
      resurrections: options.resurrections ?? {},
      horizon: options.horizon,
      maxSteps: options.maxSteps,
      groupSize: options.groupSize ?? 1,
      askTimeoutMs: options.askTimeoutMs ?? 5000,
      decide: (event) => this.#hierarchy.decide(event),
      carryOut: (name) => this.#hierarchy.carryOut(name),
      roll: () => jitter.next(),
      tell: async (letter) => void await this.#post.tell(letter),
      ask: (letter) => this.#post.ask(letter, this.#context.askTimeoutMs, letter.from),
      trouble,
      rested: () => this.#checkFinished(),
    };
  }

  /**
   * Starts every agent of the database from its last committed genome and query, with its mailbox. A
   * life that was open is closed as a death by `host`. Agents that were stopped or have failed stay so.
   * On a fresh database this does nothing: one path for the first start and for all others.
   */
  restore(): AgentView[] {
    this.supervisors.restore();
    const restored = allAgents(this.#store).filter(({ name, status }) =>
      this.#agents.find(name) === undefined && (status === "running" || status === "paused")
    );
    // All join before the first takes a turn, so that rounds begin together.
    return restored.map((row) => {
      const stored = storedSpec(row);
      const { spec } = stored;
      const life = this.#store.life(row.name, row.life);
      if (life !== undefined && life.end === null) {
        const home = spec.supervisor ?? this.#spec.name;
        this.#ledger.commitNow(hostDeath(home, row, life, this.#clock.now()));
      }
      return this.#start(spec, row, storedAncestry(this.#store, row, stored));
    });
  }

  /**
   * Starts a new agent.
   *
   * @param input its child spec; in a pool who it is, and what it starts with: the rest is as the pool's
   * template says
   * @throws {VivariumError} `bad-request` for a field that is wrong, `conflict` for a name that is taken
   */
  spawn(input: SpawnInput): AgentView {
    this.#refuseWhenDown(`spawn '${input.name}'`);
    const template = this.#hierarchy.templateOf(input.supervisor);
    const { genome: own, ...spec } = template === undefined
      ? parseChildSpec(input)
      : memberSpec(template, input);
    const { name } = spec;
    const firstQuery = firstQueryOf(spec, this.#context.tasks);
    this.#refuseTaken(name);
    refuseUnknownPowers(spec, this.#context.powers);
    refuseUnknownRule(spec, this.#context.resurrections);
    this.#hierarchy.checkHome(spec.supervisor, spec);
    const genome = own ?? firstGenome;
    refuseLargeGenome(spec, genome);
    const hash = genomeHash(genome);
    const createdAtMs = this.#clock.now();
    const life = this.#store.lastLife(name);
    const row = newAgentRow(spec, firstQuery, {
      hash,
      ordinal: this.#ordinal++,
      createdAtMs,
      life,
    });
    const data = { genome: hash, firstQuery, restart: spec.restart };
    this.#ledger.commitNow({
      agents: [row],
      genomes: [{ hash, parent: null, genome, createdAtMs }],
      events: [{ kind: "agent.spawned", agent: name, data }],
    });
    return this.#start(spec, row, beginAncestry({ genome: hash, query: firstQuery }));
  }

  /**
   * Puts a message into an agent's mailbox; durable when it resolves.
   *
   * @param options `life`: the only life that it is for; a later one never sees it
   * @returns the letter; undefined if the mailbox's policy dropped it
   * @throws {VivariumError} `not-found`, `unavailable`, `too-large`, `overloaded`; `conflict` for a life
   * that is over, or has not begun
   */
  tell(
    to: string,
    body: Json,
    from = "operator",
    options: { readonly life?: number } = {},
  ): Promise<LetterRow | undefined> {
    this.#refuseWhenDown(`tell '${to}'`);
    return this.#post.tell({ to, from, body, stamp: outsideStamp, ...options });
  }

  /**
   * Puts a question to an agent, and waits for what its `handle` returns.
   *
   * @throws {VivariumError} as {@linkcode tell}; `timeout`; `unavailable` with the cause in its data
   * when the agent dies before it answered
   */
  async ask(
    to: string,
    body: Json,
    options: { readonly timeoutMs?: number; readonly from?: string } = {},
  ): Promise<Json> {
    this.#refuseWhenDown(`ask '${to}'`);
    const letter = { to, from: options.from ?? "operator", body, stamp: outsideStamp };
    return await this.#post.ask(letter, options.timeoutMs ?? this.#context.askTimeoutMs, null);
  }

  /** Lets an agent take no further turn, after the one under way. Throws `not-found`. */
  pause(name: string): AgentView {
    return this.#steer(name, (runner) => runner.setStatus("paused"));
  }

  /** Lets a paused agent go on. Throws `not-found`. */
  resume(name: string): AgentView {
    return this.#steer(name, (runner) => runner.setStatus("running"));
  }

  /** Ends an agent's present life, as an operator; its spec says whether it comes back. */
  async kill(name: string): Promise<AgentView> {
    const runner = this.#agents.need(name);
    await runner.kill();
    return viewOf(runner.row, runner);
  }

  /**
   * Tells once when an agent's present life ends, and of what; at once, if it has none.
   *
   * @returns a function that ends the watch
   */
  monitor(name: string, onDown: (down: Down) => void): () => void {
    return this.#kin.monitor(name, onDown);
  }

  /**
   * Starts an agent that was stopped or has failed, from its last genome and query: an operator has
   * looked at it. Throws `not-found`; `conflict` for one that is up.
   */
  revive(name: string): AgentView {
    this.#refuseWhenDown(`revive '${name}'`);
    const { status } = this.look(name);
    const row = this.#store.agent(name);
    if (row === undefined || status === "running" || status === "paused") {
      throw new VivariumError("conflict", `cannot revive '${name}': it is ${status}`);
    }
    const stored = storedSpec(row);
    const { spec } = stored;
    this.#hierarchy.checkHome(spec.supervisor, spec);
    const running = { ...row, status: "running" as const };
    const events = [{ kind: "agent.resumed" as const, agent: name, data: { from: status } }];
    this.#ledger.commitNow({ agents: [running], events });
    return this.#start(spec, running, storedAncestry(this.#store, running, stored));
  }

  /** Ends an agent for good; its history stays. */
  async stop(name: string): Promise<AgentView> {
    const runner = this.#agents.need(name);
    await runner.stop({ cause: "operator", status: "stopped" });
    this.#hierarchy.decide({ kind: "removed", child: name });
    return viewOf(runner.row, runner);
  }

  /** Ends an agent for good and forgets it; its name is free again. */
  async delete(name: string): Promise<void> {
    if (this.#agents.find(name) !== undefined) await this.stop(name);
    else this.look(name);
    this.#agents.drop(name);
    this.#kin.forget(name);
    this.#store.removeAgent(name);
    this.#checkFinished();
  }

  /** Why nothing can be written down at this moment, if so: agents wait until it can. */
  get trouble(): string | undefined {
    return this.#ledger.trouble;
  }

  /** All agents in start order, those that are down included. */
  list(): AgentView[] {
    return this.#agents.list();
  }

  /** One agent. Throws `not-found`. */
  look(name: string): AgentView {
    return this.#agents.look(name);
  }

  /**
   * Takes everything down in order: nothing more is accepted, and only whom another waits for begins a
   * turn; the children stop, last to first, each when the one after it is down, after the step under way
   * or, when its time is over, by SIGKILL; open lives are closed as `shutdown`; the cells go. In all that
   * takes 5 s more than the most patient of them may take: whoever is left then is killed at once. Agents
   * go on where they stopped when the house comes back. A second call waits for the first.
   */
  shutdown(): Promise<void> {
    return this.#goDown("shutdown");
  }

  #start(spec: ChildSpec, row: AgentRow, ancestry: Ancestry): AgentView {
    const context = { ...this.#context, name: spec.supervisor ?? this.#spec.name };
    const runner = new AgentRunner(context, spec, row, ancestry);
    for (const letter of this.#store.mailbox(row.name)) runner.mailbox.restore(envelopeOf(letter));
    this.#agents.add(runner);
    this.#kin.adopt(spec);
    this.#hierarchy.addAgent(spec);
    runner.start();
    return viewOf(runner.row, runner);
  }

  #steer(name: string, act: (runner: AgentRunner) => void): AgentView {
    const runner = this.#agents.need(name);
    if (runner.stopping || runner.phase === "stopped" || runner.phase === "failed") {
      throw absent(name);
    }
    act(runner);
    return viewOf(runner.row, runner);
  }

  #checkFinished(): void {
    // Whoever waits for both is to hear why it went down, not that nobody is left.
    if (this.#down !== undefined) return;
    const { runners } = this.#agents;
    if (runners.length > 0 && runners.every(({ rests }) => rests)) this.#finished.resolve();
  }

  #refuseTaken(name: string): void {
    if (!this.#agents.has(name) && !this.#hierarchy.has(name)) return;
    throw new VivariumError("conflict", `cannot spawn '${name}': the name is taken`, {
      hint: "choose another name, or delete that agent first",
    });
  }

  #refuseWhenDown(what: string): void {
    if (this.#down === undefined) return;
    throw new VivariumError("unavailable", `cannot ${what}: the house is shutting down`);
  }

  #goDown(reason: SupervisorEnd): Promise<void> {
    return this.#down ??= this.#takeDown(reason);
  }

  async #takeDown(reason: SupervisorEnd): Promise<void> {
    await takeDown({
      runners: this.#agents.runners,
      hierarchy: this.#hierarchy,
      pacer: this.#pacer,
      ledger: this.#ledger,
      asks: this.#asks,
      clock: this.#clock,
      pool: this.#context.pool,
    });
    this.#ended.resolve(reason);
    this.#finished.resolve();
  }
}
