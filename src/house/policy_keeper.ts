import type { Clock } from "../core/clock.ts";
import { messageOf, VivariumError } from "../core/errors.ts";
import type { Episode, PolicyStatus, PolicyUpdate, PolicyVersion } from "../core/episode.ts";
import type { PolicyClient, PolicyProcess, SampleAnswer, SampleRequest } from "../policy/mod.ts";

/** What the keeper needs of the outside. */
export interface PolicyKeeperOptions {
  /** Starts the process; rejects with {@linkcode VivariumError} when it cannot. */
  readonly start: () => Promise<PolicyProcess>;
  readonly clock: Clock;
  /** Told of starts, deaths and new versions; must not throw. */
  readonly onEvent: (event: PolicyKeeperEvent) => void;
  /** How long a request waits for a restarted process before it fails. @default 30000 */
  readonly patienceMs?: number;
  /**
   * Episodes that make an update due, where training goes in step with the agents: they are held back
   * until {@linkcode PolicyKeeper.learn}. The process is to be started with `updates: "asked"`.
   * Default: episodes are handed over as they come, and the process trains when it will.
   */
  readonly lockstep?: { readonly batchEpisodes: number };
  /** How long it may owe a sign of life before that counts as trouble. @default 10000 */
  readonly silentMs?: number;
  /** How long before it is ended, and started again. @default 45000 */
  readonly deadMs?: number;
  /** Pause before a restart, doubled at each failure up to 5 s. @default 200 */
  readonly backoffMs?: number;
}

/** What the keeper tells. */
export type PolicyKeeperEvent =
  | { readonly kind: "started"; readonly pid: number; readonly status: PolicyStatus }
  | { readonly kind: "died"; readonly why: string; readonly restartInMs: number }
  | { readonly kind: "version"; readonly version: PolicyVersion }
  /** An update of which no version came; its episodes are used up. */
  | { readonly kind: "dropped"; readonly update: PolicyUpdate };

/**
 * Keeps the policy process alive: starts it, starts it again when it dies, and repeats what was under
 * way. Sampling is a pure function of weights, prompt and seed, and an episode is taken once by its
 * id, so both are safe to repeat.
 */
export class PolicyKeeper {
  readonly #options: PolicyKeeperOptions;
  #current: Promise<PolicyProcess>;
  /** Present while it is up. */
  #up: PolicyProcess | undefined;
  /** Since when it owes a sign of life. */
  #askedMs: number | undefined;
  #stopping = false;
  /** Ends the wait before a restart. */
  readonly #stopped = Promise.withResolvers<void>();
  #backoffMs: number;
  #waiting: Episode[] = [];
  #posting: Promise<void> | undefined;
  #learning: Promise<void> | undefined;
  #known = -1;
  /** Id of the newest update that was told of; undefined before the first look. */
  #knownUpdate: number | undefined;

  private constructor(options: PolicyKeeperOptions, first: PolicyProcess) {
    this.#options = options;
    this.#backoffMs = options.backoffMs ?? 200;
    this.#current = Promise.resolve(first);
  }

  /** Starts the process; rejects if the first start fails, since then something is wrong for good. */
  static async start(options: PolicyKeeperOptions): Promise<PolicyKeeper> {
    const keeper = new PolicyKeeper(options, await options.start());
    await keeper.#watch();
    return keeper;
  }

  /** Whether a process is up. */
  get ready(): boolean {
    return this.#up !== undefined;
  }

  /** Why nobody gets an answer at this moment, if so. */
  get trouble(): string | undefined {
    if (this.#stopping) return undefined;
    if (this.#up === undefined) return "the policy process is down";
    const { silentMs = 10_000 } = this.#options;
    return this.#owesMs() > silentMs ? "the policy process does not answer" : undefined;
  }

  /**
   * Asks for what is new, which is also a sign of life; ends a process that owes one for too long, so
   * that another is started. To be called now and then.
   */
  look(): void {
    const process = this.#up;
    if (process === undefined) return;
    const { clock, deadMs = 45_000 } = this.#options;
    if (this.#askedMs === undefined) {
      this.#askedMs = clock.monotonic();
      void this.reportVersions().finally(() => this.#askedMs = undefined);
    } else if (this.#owesMs() > deadMs) {
      this.#up = undefined;
      void process.stop();
    }
  }

  #owesMs(): number {
    return this.#askedMs === undefined ? 0 : this.#options.clock.monotonic() - this.#askedMs;
  }

  /** Episodes that the process has not taken yet. */
  get backlog(): number {
    return this.#waiting.length;
  }

  /** Draws a response; repeated on a new process if this one dies. */
  sample(request: SampleRequest): Promise<SampleAnswer> {
    return this.call((client) => client.sample(request));
  }

  /** Hands an episode over, sooner or later; never blocks. */
  post(episode: Episode): void {
    this.#waiting.push(episode);
    if (this.#options.lockstep === undefined) this.#handOver();
  }

  /**
   * With `lockstep`: hands over what has been held back, in an order that does not depend on who was
   * faster, and makes the updates that are due. Undefined when none is. Never rejects.
   */
  learn(): Promise<void> | undefined {
    const { lockstep } = this.#options;
    if (lockstep === undefined) return undefined;
    if (this.#learning !== undefined) return this.#learning;
    if (this.#waiting.length < lockstep.batchEpisodes) return undefined;
    this.#waiting.sort((a, b) => a.agent < b.agent ? -1 : a.agent > b.agent ? 1 : a.life - b.life);
    return this.#learning = this.#learn(lockstep.batchEpisodes)
      .catch(() => {})
      .finally(() => this.#learning = undefined);
  }

  async #learn(batchEpisodes: number): Promise<void> {
    this.#handOver();
    await this.#posting;
    for (;;) {
      const { training, episodesWaiting, episodesReady = episodesWaiting } = await this.call((
        client,
      ) => client.status());
      if (training !== "on" || episodesReady < batchEpisodes) break;
      await this.call((client) => client.train("due"));
    }
    await this.reportVersions();
  }

  #handOver(): void {
    this.#posting ??= this.#drain().finally(() => this.#posting = undefined);
  }

  /** The newest version that was told of. */
  get version(): number {
    return this.#known;
  }

  /**
   * Resolves when every episode has been taken and no update is due any more, or when that takes too
   * long. Then the newest versions have been told of.
   *
   * @param batchEpisodes how many waiting episodes make an update due
   * @param withinMs how long it may take [30000]
   */
  async settle(batchEpisodes: number, withinMs = 30_000): Promise<void> {
    await this.learn();
    const deadline = this.#options.clock.monotonic() + withinMs;
    while (this.#posting !== undefined) await this.#posting;
    while (this.#options.lockstep === undefined && this.#options.clock.monotonic() < deadline) {
      const status = await this.call((client) => client.status()).catch(() => undefined);
      const { training, episodesWaiting = 0, episodesReady = episodesWaiting } = status ?? {};
      if (training !== "on" || episodesReady < batchEpisodes) break;
      await this.#pause(100);
    }
    await this.reportVersions();
  }

  /**
   * Any call on the process, repeated while it is unavailable, within the patience.
   *
   * @throws {VivariumError} `provider` when there is no process in time; other codes as they come
   */
  async call<T>(request: (client: PolicyClient) => Promise<T>): Promise<T> {
    const { clock, patienceMs = 30_000 } = this.#options;
    let deadline = clock.monotonic() + patienceMs;
    let asked = false;
    for (;;) {
      try {
        const process = await this.#within(deadline, this.#current);
        return await request(process.client).finally(() => {
          // Patience is for the next process: what the first one took of it is given back.
          if (!asked) deadline = clock.monotonic() + patienceMs;
          asked = true;
        });
      } catch (error) {
        const again = error instanceof VivariumError && error.code === "unavailable";
        if (!again || this.#stopping || clock.monotonic() >= deadline) {
          if (!again) throw error;
          throw new VivariumError("provider", "the policy process does not answer", {
            hint: "see the log for why it died",
            cause: error,
          });
        }
        await this.#pause(100);
      }
    }
  }

  /** Asks the process to end, and waits for it. Idempotent. */
  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#up = undefined;
    this.#stopped.resolve();
    const process = await this.#current.catch(() => undefined);
    await process?.stop();
  }

  async #watch(): Promise<void> {
    const process = await this.#current;
    this.#up = process;
    if (this.#askedMs !== undefined) this.#askedMs = this.#options.clock.monotonic();
    this.#backoffMs = this.#options.backoffMs ?? 200;
    void process.exited.then((status) => this.#died(`exit code ${status.code}`));
    const status = await process.client.status().catch(() => undefined);
    if (status === undefined) return;
    this.#known = Math.max(this.#known, status.version);
    // What was dropped before this house began has been told by the one before.
    const updates = await process.client.updates().catch(() => []);
    this.#knownUpdate ??= updates.at(-1)?.id ?? 0;
    this.#options.onEvent({ kind: "started", pid: process.pid, status });
  }

  #died(why: string): void {
    this.#up = undefined;
    if (this.#stopping) return;
    const restartInMs = this.#backoffMs;
    this.#backoffMs = Math.min(this.#backoffMs * 2, 5000);
    this.#options.onEvent({ kind: "died", why, restartInMs });
    this.#current = Promise.race([this.#pause(restartInMs), this.#stopped.promise]).then(() => {
      if (this.#stopping) throw new VivariumError("unavailable", "the house is shutting down");
      return this.#options.start();
    });
    this.#watch().catch((error) => this.#died(messageOf(error)));
  }

  async #drain(): Promise<void> {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const episode = next;
      try {
        // In step with the agents none comes too fast: they wait for the updates that are due.
        const unlessCrowded = this.#options.lockstep === undefined;
        await this.call((client) => client.postEpisode(episode, { unlessCrowded }));
      } catch (error) {
        if (this.#stopping) return;
        // A refusal is final for this episode; a process that is gone is not.
        if (error instanceof VivariumError && error.code === "provider") {
          await this.#pause(1000);
          continue;
        }
      }
      this.#waiting.shift();
    }
  }

  /** Tells of versions published, and of updates dropped, since the last look; never rejects. */
  async reportVersions(): Promise<void> {
    if (!this.ready || this.trouble !== undefined) return;
    const versions = await this.call((client) => client.versions(this.#known)).catch(() => []);
    for (const version of versions) {
      if (version.version <= this.#known) continue;
      this.#known = version.version;
      this.#options.onEvent({ kind: "version", version });
    }
    const after = this.#knownUpdate ?? 0;
    const updates = await this.call((client) => client.updates(after)).catch(() => []);
    for (const update of updates) {
      if (update.id <= (this.#knownUpdate ?? 0)) continue;
      this.#knownUpdate = update.id;
      if (update.outcome !== "published") this.#options.onEvent({ kind: "dropped", update });
    }
  }

  #within<T>(deadline: number, promise: Promise<T>): Promise<T> {
    const { clock } = this.#options;
    return new Promise((resolve, reject) => {
      const cancel = clock.after(
        deadline - clock.monotonic(),
        () => reject(new VivariumError("unavailable", "the policy process is not ready in time")),
      );
      promise.then(resolve, reject).finally(cancel);
    });
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#options.clock.after(ms, resolve));
  }
}
