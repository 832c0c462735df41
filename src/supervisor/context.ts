import type { Asks } from "../actor/mod.ts";
import type { CellPool } from "../cell/types.ts";
import type { Clock } from "../core/clock.ts";
import type { Episode } from "../core/episode.ts";
import type { Json } from "../core/json.ts";
import type { Tracer } from "../core/tracing.ts";
import type { Model } from "../llm/types.ts";
import type { EnergySettings, RewardWeights, Task } from "../reward/mod.ts";
import type { Powers } from "../powers/mod.ts";
import type { Store } from "../store/types.ts";
import type { ResurrectionRule } from "./ancestry.ts";
import type { ChildEvent, Decision } from "./decision.ts";
import type { Ledger } from "./ledger.ts";
import type { Pacer, Stamp } from "./pacer.ts";
import type { TurnWait } from "./turn.ts";

/** Takes closed lives; must neither throw nor wait. */
export interface EpisodeSink {
  post(episode: Episode): void;
}

/** A letter on its way. */
export interface Outgoing {
  readonly to: string;
  readonly from: string;
  readonly body: Json;
  readonly stamp: Stamp;
  /** The only life that it is for. */
  readonly life?: number;
  readonly wait?: TurnWait;
}

/** What the supervisor lends to each of its children. */
export interface Context {
  /** The name of the agent's supervisor. */
  readonly name: string;
  /** Seed of the run. */
  readonly seed: number;
  readonly clock: Clock;
  /** Told of steps and deaths as they pass. */
  readonly tracer: Tracer;
  readonly store: Store;
  readonly pool: CellPool;
  readonly model: Model;
  readonly episodes: EpisodeSink;
  readonly ledger: Ledger;
  readonly asks: Asks;
  readonly pacer: Pacer;
  readonly weights: RewardWeights;
  /** Undefined: energy is not metered. */
  readonly energy: EnergySettings | undefined;
  readonly tasks: Readonly<Record<string, Task>>;
  /** Steps after which a life is cut, for children whose spec does not say. */
  readonly horizon: number | undefined;
  /** Lives of each agent that start alike, one after the other; 1: each starts where the last led. */
  readonly groupSize: number;
  /** Turns of each agent after which the run has nothing more for it to do. */
  readonly maxSteps: number | undefined;
  readonly askTimeoutMs: number;
  /** What the house lends to those whose spec names it. */
  readonly powers: Powers;
  /** What child specs may name as `{ rule }`. */
  readonly resurrections: Readonly<Record<string, ResurrectionRule>>;
  /** Tells the agent's supervisor, and hears what is to be done about the agent. */
  decide(event: ChildEvent): Decision;
  /** Does what else was decided about a death: not before the death is committed. */
  carryOut(agent: string): void;
  /** A uniform number in [0, 1), for what does not change what agents live through. */
  roll(): number;
  tell(letter: Outgoing): Promise<void>;
  ask(letter: Outgoing): Promise<Json>;
  /** Something failed that nobody waits for. */
  trouble(error: unknown): void;
  /** A child has come to rest for good. */
  rested(): void;
}
