import { messageOf, VivariumError } from "../../core/errors.ts";
import type {
  Episode,
  LateReward,
  LateRewardAnswer,
  PolicyStatus,
  PolicyUpdate,
  PolicyVersion,
} from "../../core/episode.ts";
import { seedFrom } from "../../core/random.ts";
import type { ModelFormat, SampleAnswer, SampleRequest, TrainAction } from "../client.ts";
import { encodeLlama } from "../llama/mod.ts";
import type { Checkpoint, LoadedVersion, VersionStore } from "../checkpoint/mod.ts";
import type { CallLine, WorkerCalls } from "./calls.ts";
import { checkEpisode } from "./check_episode.ts";
import type { MetricsLog, UpdateDraft } from "./metrics_log.ts";
import { Responses } from "./responses.ts";
import type { SamplerCalls } from "./sampling.ts";
import type { Spool } from "./spool.ts";
import { isCrowded, stalenessOf } from "./timeliness.ts";
import type { TrainerCalls } from "./training.ts";

/** What a service is made of. */
export interface PolicyServiceOptions {
  readonly kind: PolicyStatus["kind"];
  /** Version 0. */
  readonly base: Checkpoint;
  readonly versions: VersionStore;
  readonly spool: Spool;
  readonly metrics: MetricsLog;
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

/** Samples responses, takes episodes, trains, publishes: what the policy process does. */
export class PolicyService {
  readonly #options: PolicyServiceOptions;
  #trainer: WorkerCalls<TrainerCalls> | undefined;
  /** Whether the trainer holds the current version. */
  #trainerReady = false;
  #training: PolicyStatus["training"];
  readonly #responses: Responses;
  /** What the sampler holds. */
  #shown: { readonly version: number; readonly hash: string; readonly updates: number };
  /** Episodes that were too many, since the last version. */
  #refused = 0;
  /** Whether updates that are due are being made. */
  #considering = false;
  /** Updates and rollbacks, one at a time. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(options: PolicyServiceOptions, current: LoadedVersion) {
    this.#options = options;
    this.#responses = new Responses(options.base.tokenizer, options.sampler);
    this.#training = options.startTrainer === undefined ? "off" : "on";
    this.#shown = { version: current.version, hash: current.hash, updates: current.state.updates };
  }

  /** Loads the current version and begins. Throws {@linkcode VivariumError} `checkpoint`. */
  static async start(options: PolicyServiceOptions): Promise<PolicyService> {
    const current = await options.versions.load(options.versions.current);
    const service = new PolicyService(options, current);
    await service.#show(current);
    void service.#consider();
    return service;
  }

  /** Draws a response; see {@linkcode Responses.sample}. */
  sample(request: SampleRequest, line: CallLine<string> = {}): Promise<SampleAnswer> {
    return this.#responses.sample(request, line);
  }

  /**
   * Takes an episode; durable when this resolves.
   *
   * @param unlessCrowded not if it would have to wait too long: then it is not learnt from
   * @returns whether it is taken, and new
   * @throws {VivariumError} `bad-request` if its tokens are not the policy's
   */
  async take(episode: Episode, { unlessCrowded = false } = {}): Promise<boolean> {
    const { spool, batchEpisodes = 8 } = this.#options;
    checkEpisode(episode, this.#options.base.config.vocab_size);
    if (this.#training === "off") return true;
    const learns = (episode.end === "truncated" || episode.owner === "agent") &&
      episode.steps.some(({ completions }) => completions.length > 0);
    // Of a life that carries no reward only the id is kept: a late reward must not wait for it.
    if (!learns) return await spool.refuse(episode.id);
    // Of a group whose first lives wait, the others are not refused: they are compared with each other.
    if (unlessCrowded && isCrowded(spool.size, batchEpisodes) && !spool.awaits(episode.group)) {
      if (await spool.refuse(episode.id)) this.#refused++;
      return false;
    }
    const added = await spool.add(episode);
    void this.#consider();
    return added;
  }

  /** Adds a late reward to its step; durable when this resolves. */
  async reward(reward: LateReward): Promise<LateRewardAnswer> {
    if (this.#training === "off") return { applied: false, why: "training is off" };
    const { spool, versions } = this.#options;
    const place = `the life '${reward.episode}'`;
    const state = await spool.reward(reward);
    switch (state) {
      case "applied":
        return { applied: true, why: null };
      case "early":
        return { applied: true, why: `kept until ${place} has ended` };
      case "no-step":
        return { applied: false, why: `${place} has no step ${reward.step} to learn from` };
      case "in-use":
        return { applied: false, why: `an update of ${place} is under way` };
      case "used": {
        const version = versions.learnedFrom(reward.episode);
        const why = version === undefined
          ? `${place} taught nothing and was set aside`
          : `version ${version} has learned from ${place}`;
        return { applied: false, why };
      }
      default:
        return state satisfies never;
    }
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
      kept: this.#options.versions.kept,
      episodesWaiting: this.#options.spool.size,
      episodesReady: this.#options.spool.ready,
    };
  }

  /** The versions after this one, oldest first. */
  versions(after: number): PolicyVersion[] {
    return this.#options.versions.list(after);
  }

  /** Updates after the one with this id, oldest first. */
  updates(after: number): readonly PolicyUpdate[] {
    return this.#options.metrics.after(after);
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

  /**
   * Pauses or resumes training; makes one update of whatever waits (`force`), or one if it is due.
   */
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
        void this.#consider();
        break;
      case "force":
        await this.#alone(() => this.#update({ whole: false }));
        break;
      case "due":
        await this.#alone(() => this.#updateIfDue());
        break;
      default:
        return action satisfies never;
    }
    return this.status();
  }

  /** Updates if enough waits, and again until it does not. */
  async #consider(): Promise<void> {
    const { spool, batchEpisodes = 8, updates = "due", warn } = this.#options;
    // One at a time is ordered, so that a rollback waits for one and not for all that will be due.
    if (updates === "asked" || this.#considering) return;
    this.#considering = true;
    try {
      while (this.#training === "on" && spool.ready >= batchEpisodes) {
        await this.#alone(() => this.#updateIfDue());
      }
    } catch (error) {
      warn(`an update failed: ${messageOf(error)}`);
    } finally {
      this.#considering = false;
    }
  }

  async #updateIfDue(): Promise<void> {
    const { spool, batchEpisodes = 8 } = this.#options;
    if (this.#training === "on" && spool.ready >= batchEpisodes) await this.#update();
  }

  /** Learns from the oldest episodes; from whole groups only, unless it is said otherwise. */
  async #update({ whole = true } = {}): Promise<void> {
    const { spool, versions, batchEpisodes = 8, seed, now } = this.#options;
    if (spool.size === 0) return;
    const trainer = await this.#readyTrainer();
    const episodes = await spool.claim(batchEpisodes, { whole });
    const ids = episodes.map(({ id }) => id);
    let result;
    try {
      result = await trainer.call("update", {
        episodes,
        seed: seedFrom(seed, "update", ...ids),
      });
    } catch (error) {
      // Episodes that make numbers overflow would do so again.
      const outcome = error instanceof Error && error.name === "Diverged" ? "diverged" : "failed";
      return await this.#drop(ids, { outcome, why: messageOf(error), metrics: {} });
    }
    const { updated, why, state, memory } = result;
    const metrics = {
      ...result.metrics,
      staleness: stalenessOf(episodes, this.#shown.version),
      episodes_refused: this.#refused,
    };
    if (!updated) return await this.#drop(ids, { outcome: "nothing", why, metrics });
    this.#refused = 0;
    const atMs = now();
    let version;
    try {
      const next = { state, metrics, memory, episodes: ids, createdAtMs: atMs };
      ({ version } = await versions.publish(next));
    } catch (error) {
      // What is not on the disk has not happened.
      this.#trainerReady = false;
      spool.release();
      throw error;
    }
    await spool.drop(ids);
    await this.#note({ atMs, outcome: "published", version, why: null, episodes: ids, metrics });
    await this.#show(await versions.load(version));
  }

  /** Lets go of episodes of which no version came, and says why. */
  async #drop(
    ids: readonly string[],
    about: Pick<UpdateDraft, "outcome" | "why" | "metrics">,
  ): Promise<void> {
    const { spool, now, warn } = this.#options;
    if (about.outcome !== "nothing") warn(`an update was thrown away: ${about.why}`);
    await spool.setAside(ids);
    await this.#note({ atMs: now(), version: null, episodes: [...ids], ...about });
  }

  /** What cannot be noted has happened nevertheless. */
  async #note(update: UpdateDraft): Promise<void> {
    const { metrics, warn } = this.#options;
    await metrics.add(update).catch((error) => warn(`cannot write metrics: ${messageOf(error)}`));
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
