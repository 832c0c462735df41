import type { EventBus } from "../core/events.ts";
import type { HouseAbout, Replays } from "../house/mod.ts";
import type { PolicyClient } from "../policy/mod.ts";
import type { Store } from "../store/mod.ts";
import type { Supervisor } from "../supervisor/mod.ts";

/** The ledger, as the routes read it. */
export type ApiStore = Pick<
  Store,
  | "addReward"
  | "agent"
  | "agents"
  | "commit"
  | "death"
  | "deaths"
  | "events"
  | "genome"
  | "genomesOf"
  | "lastEvent"
  | "lastLife"
  | "life"
  | "lifetimes"
  | "lives"
  | "origin"
  | "policyVersions"
  | "step"
  | "steps"
>;

/** The supervisor, as the routes steer it. */
export type ApiSupervisor =
  & Pick<
    Supervisor,
    | "ask"
    | "delete"
    | "kill"
    | "look"
    | "pause"
    | "resume"
    | "revive"
    | "spawn"
    | "tell"
    | "trouble"
  >
  & {
    readonly supervisors: Pick<
      Supervisor["supervisors"],
      "add" | "isPool" | "list" | "look" | "remove"
    >;
  };

/** What lives deaths again. */
export type ApiReplays = Pick<Replays, "minimize" | "replay">;

/** The policy process, as the routes ask it. */
export type ApiPolicyClient = Pick<
  PolicyClient,
  | "model"
  | "postEpisode"
  | "reward"
  | "rollback"
  | "sample"
  | "sampleParts"
  | "status"
  | "train"
  | "versions"
>;

/** The keeper of the policy process. */
export interface ApiPolicy {
  /** Whether a process is up. */
  readonly ready: boolean;
  /** Why nobody gets an answer from it at this moment, if so. */
  readonly trouble?: string | undefined;
  /** A call on the process, repeated while it is restarted. */
  call<T>(request: (client: ApiPolicyClient) => Promise<T>): Promise<T>;
}

/** What the API needs of a house; a `House` is one. */
export interface ApiHouse {
  /** Left out where nobody runs a house: a file that is only read. */
  readonly about?: HouseAbout | undefined;
  readonly store: ApiStore;
  readonly bus: Pick<EventBus, "publish" | "subscribe">;
  readonly supervisor: ApiSupervisor;
  /** Lives deaths again. */
  readonly replays: ApiReplays;
  /** Null where an outside model or a script writes the responses. */
  readonly policy: ApiPolicy | null;
}
