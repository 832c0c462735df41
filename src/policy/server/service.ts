import { messageOf, VivariumError } from "../../core/errors.ts";
import type { Episode, PolicyStatus, PolicyVersion } from "../../core/episode.ts";
import { seededRandom, seedFrom } from "../../core/random.ts";
import type { ModelFormat, SampleAnswer, SampleRequest } from "../client.ts";
import { encodeLlama } from "../llama/mod.ts";
import type { Checkpoint, LoadedVersion, VersionStore } from "../checkpoint/mod.ts";
import { Batcher } from "./batcher.ts";
import type { WorkerCalls } from "./calls.ts";
import { maxTokens, promptLength, type SamplerCalls } from "./sampling.ts";
import type { Spool } from "./spool.ts";
import type { TrainerCalls } from "./training.ts";

/** What a service is made of. */
export interface PolicyServiceOptions {
  readonly kind: PolicyStatus["kind"];
  /** Version 0. */
  readonly base: Checkpoint;
  readonly versions: VersionStore;
  readonly spool: Spool;
  readonly sampler: WorkerCalls<SamplerCalls>;
  /** Starts the training Worker; undefined: training is off for good. */
  readonly startTrainer: (() => WorkerCalls<TrainerCalls>) | undefined;
  /** As `trainerSettings` takes them. */
  readonly settings: unknown;
  /** Episodes of one update. @default 8 */
  readonly batchEpisodes?: number;
  /** Whether an update is made as soon as enough episodes wait, or only when asked. @default "due" */
  readonly updates?: "due" | "asked";
  readonly seed: number;
  readonly now: () => number;
  /** Told of what went wrong and was survived, in one line. */
  readonly warn: (line: string) => void;
}

/** What training can be told. */
export type TrainAction = "pause" | "resume" | "force";

/** Samples responses, takes episodes, trains, publishes: what the policy process does. */
export class PolicyService {
  readonly #options: PolicyServiceOptions;
  readonly #batcher: Batcher<SampleRequest, SampleAnswer>;
  #trainer: WorkerCalls<TrainerCalls> | undefined;
  /** Whether the trainer holds the current version. */
  #trainerReady = false;
  #training: PolicyStatus["training"];
  /** What the sampler holds. */
  #shown: { readonly version: number; readonly hash: string; readonly updates: number };
  /** Updates and rollbacks, one at a time. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(options: PolicyServiceOptions, current: LoadedVersion) {
    this.#options = options;
    this.#training = options.startTrainer === undefined ? "off" : "on";
    this.#shown = { version: current.version, hash: current.hash, updates: current.state.updates };
    this.#batcher = new Batcher({
      run: (requests) => this.#sample(requests),
      onFull: () => new VivariumError("overloaded", "too many requests wait for the policy"),
    });
  }

  /** Loads the current version and begins. Throws {@linkcode VivariumError} `checkpoint`. */
  static async start(options: PolicyServiceOptions): Promise<PolicyService> {
    const current = await options.versions.load(options.versions.current);
    const service = new PolicyService(options, current);
    await service.#show(current);
    service.#consider();
    return service;
  }

  /** Draws a response. */
  sample(request: SampleRequest): Promise<SampleAnswer> {
    return this.#batcher.ask(request);
  }

  /**
   * Takes an episode; durable when this resolves.
   *
   * @returns whether it is new
   * @throws {VivariumError} `bad-request` if its tokens are not the policy's
   */
  async take(episode: Episode): Promise<boolean> {
    this.#check(episode);
    // A life that carries no reward is acknowledged and forgotten.
    const learns = this.#training !== "off" &&
      (episode.end === "truncated" || episode.owner === "agent") &&
      episode.steps.some(({ completions }) => completions.length > 0);
    if (!learns) return true;
    const added = await this.#options.spool.add(episode);
    this.#consider();
    return added;
  }

  /** How things are. */
  status(): PolicyStatus {
    return {
      version: this.#shown.version,
      hash: this.#shown.hash,
      parameters: this.#options.base.parameters.length,
      kind: this.#options.kind,
      training: this.#training,
      updates: this.#shown.updates,
      episodesWaiting: this.#options.spool.size,
    };
  }

  /** All versions, oldest first. */
  versions(): PolicyVersion[] {
    return this.#options.versions.list();
  }

  /** A version as a file. */
  async model(version: number, format: ModelFormat): Promise<Uint8Array<ArrayBuffer>> {
    const { versions, base } = this.#options;
    if (format === "safetensors") return await versions.model(version);
    const { state } = await versions.load(version);
    return encodeLlama(base.config, state.parameters);
  }

  /** Makes an earlier version the current one. */
  async rollback(version: number): Promise<PolicyStatus> {
    return await this.#alone(async () => {
      const loaded = await this.#options.versions.rollback(version);
      await this.#show(loaded);
      this.#trainerReady = false;
      return this.status();
    });
  }

  /** Pauses or resumes training, or makes one update of whatever waits. */
  async train(action: TrainAction): Promise<PolicyStatus> {
    if (this.#training === "off") {
      throw new VivariumError("conflict", "cannot train: training is off", {
        hint: "start without --no-train",
      });
    }
    switch (action) {
      case "pause":
        this.#training = "paused";
        // An update under way ends first, so that after the answer nothing changes.
        await this.#last;
        break;
      case "resume":
        this.#training = "on";
        this.#consider();
        break;
      case "force":
        await this.#alone(() => this.#update(1));
        break;
      default:
        return action satisfies never;
    }
    return this.status();
  }

  async #sample(requests: readonly SampleRequest[]): Promise<SampleAnswer[]> {
    const { base, sampler } = this.#options;
    const { tokenizer } = base;
    const drawn = requests.map(({ prompt, seed, temperature = 1, maxTokens: most = maxTokens }) => {
      const random = seededRandom(seed);
      return {
        promptIds: tokenizer.prompt(prompt, promptLength),
        uniforms: Float32Array.from({ length: maxTokens }, () => random.next()),
        temperature,
        maxTokens: Math.min(most, maxTokens),
      };
    });
    const { version, samples } = await sampler.call("sample", {
      requests: drawn,
      stopId: tokenizer.special.eos,
    });
    return samples.map(({ ids, logps, stopped }, index) => ({
      version,
      promptIds: drawn[index]?.promptIds ?? [],
      ids,
      logps,
      text: tokenizer.decode(ids),
      finish: stopped ? "stop" : "length",
    }));
  }

  #check(episode: Episode): void {
    const { vocab_size } = this.#options.base.config;
    const fail = (why: string): never => {
      throw new VivariumError("bad-request", `cannot take the episode '${episode.id}': ${why}`);
    };
    for (const { completions } of episode.steps) {
      for (const { promptIds, ids, logps } of completions) {
        if (ids.length !== logps.length) {
          fail(`'logps' must be as many as 'ids' (${ids.length}): received ${logps.length}`);
        }
        const strange = [...promptIds, ...ids].find((id) => id >= vocab_size);
        if (strange !== undefined) fail(`ids must be below ${vocab_size}: received ${strange}`);
      }
    }
  }

  /** Updates if enough waits, and again until it does not. */
  #consider(): void {
    const { spool, batchEpisodes = 8, updates = "due", warn } = this.#options;
    if (updates === "asked") return;
    if (this.#training !== "on" || spool.size < batchEpisodes) return;
    const done = this.#alone(async () => {
      if (this.#training === "on" && spool.size >= batchEpisodes) await this.#update(batchEpisodes);
    });
    done.then(() => this.#consider(), (error) => warn(`an update failed: ${messageOf(error)}`));
  }

  async #update(least: number): Promise<void> {
    const { spool, versions, batchEpisodes = 8, seed, now, warn } = this.#options;
    const episodes = spool.waiting.slice(0, batchEpisodes);
    if (episodes.length < least) return;
    const ids = episodes.map(({ id }) => id);
    const trainer = await this.#readyTrainer();
    let result;
    try {
      result = await trainer.call("update", {
        episodes,
        seed: seedFrom(seed, "update", ...ids),
      });
    } catch (error) {
      // Episodes that make numbers overflow would do so again.
      warn(`an update was thrown away: ${messageOf(error)}`);
      return await spool.setAside(ids);
    }
    const { updated, state, metrics, memory } = result;
    if (!updated) return await spool.setAside(ids);
    try {
      await versions.publish({ state, metrics, memory, episodes: ids, createdAtMs: now() });
    } catch (error) {
      // What is not on the disk has not happened.
      this.#trainerReady = false;
      throw error;
    }
    await spool.drop(ids);
    await this.#show(await versions.load(versions.current));
  }

  /** Gives the sampler a version, between two of its batches. */
  async #show({ version, hash, state }: LoadedVersion): Promise<void> {
    const { sampler, base } = this.#options;
    await sampler.call("load", { version, config: base.config, parameters: state.parameters });
    this.#shown = { version, hash, updates: state.updates };
  }

  /** The training Worker, holding the current version; started when it is first needed. */
  async #readyTrainer(): Promise<WorkerCalls<TrainerCalls>> {
    const { startTrainer, base, settings, versions } = this.#options;
    if (startTrainer === undefined) throw new VivariumError("conflict", "training is off");
    const trainer = this.#trainer ??= startTrainer();
    if (this.#trainerReady) return trainer;
    const { state, memory } = await versions.load(versions.current);
    await trainer.call("load", {
      config: base.config,
      reference: base.parameters,
      state,
      memory,
      settings,
    });
    this.#trainerReady = true;
    return trainer;
  }

  #alone<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#last.then(task);
    this.#last = done.catch(() => {});
    return done;
  }
}
