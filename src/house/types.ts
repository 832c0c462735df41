import type { CellLimits, Profile } from "../cell/mod.ts";
import type { Clock } from "../core/clock.ts";
import type { EventBus, EventListener } from "../core/events.ts";
import type { Json } from "../core/json.ts";
import type { Model } from "../llm/mod.ts";
import type { Power, Powers } from "../powers/mod.ts";
import type { EnergySettings, RewardWeights, Task } from "../reward/mod.ts";
import type { Store, Summary } from "../store/mod.ts";
import type { ResurrectionRule, Supervisor } from "../supervisor/mod.ts";
import type { Cells } from "./cells.ts";
import type { PolicyKeeper } from "./policy_keeper.ts";
import type { Replays } from "./replays.ts";
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
  /** Which of them the agents of `agents` and `names` may use. @default none */
  readonly grants?: readonly string[];
  /**
   * Rules of resurrection that a child spec may name (`resurrection: { rule: "cautious" }`): where on an
   * agent's way its next life starts, after a death of its own doing. @default none
   */
  readonly resurrections?: Readonly<Record<string, ResurrectionRule>>;
  /** Cells kept ready beside those in use. @default 2 */
  readonly warmCells?: number;
  /** Told of every committed event; must not throw. */
  readonly onEvent?: EventListener;
  /** Told in one line of what went wrong and was survived; must not throw. */
  readonly onTrouble?: (line: string) => void;
}

/** What a run came to: the lives begun in it. */
export interface Report extends Summary {
  /** The same figures of all that the database holds, earlier runs included. */
  readonly whole: Summary;
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
  /** What a child spec may grant, by name. */
  readonly powers: readonly {
    readonly name: string;
    readonly kind: Power["kind"];
    readonly about: string;
  }[];
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
  /** The time, in place of the machine's own. Cells keep the machine's. */
  readonly clock?: Clock;
}
