import type { CellLimits } from "../cell/mod.ts";
import type { Json } from "../core/json.ts";
import type { Cause } from "../death/mod.ts";
import type { Backoff } from "../supervisor/mod.ts";

/**
 * A child spec: what an agent starts with, and what its supervisor does about it. What is not named has
 * its default.
 */
export interface NewAgent {
  /** Its name; unique in the house. */
  readonly name: string;
  /** What its first step asks the model. Default: one of the queries that the policy was taught. */
  readonly firstQuery?: string;
  /**
   * What it starts from: the source of each method, with `handle`, `step` and `execute` among them, its state
   * and its other values. @default the first genome
   */
  readonly genome?: {
    readonly methods: Readonly<Record<string, string>>;
    readonly state: Json;
    readonly attributes: Readonly<Record<string, Json>>;
  };
  /** Name of a task of the house, which gives the first query and judges the steps. */
  readonly task?: string;
  /**
   * What a life starts from: the last genome that lived; the last one with which so many steps were
   * lived; so many edits before the last one; what a rule of the house says, by its name; and with each
   * further back where that one kills at once. Or always the first. @default "last"
   */
  readonly resurrection?:
    | "last"
    | "first"
    | { readonly lastGood: number }
    | { readonly ancestor: number }
    | { readonly rule: string };
  /**
   * Steps that a new genome is on probation: a death of the agent's own doing meanwhile goes back to the last
   * genome that has stood its own. 0: each is trusted as it comes, and has a second chance. @default 0
   */
  readonly probation?: number;
  /**
   * It counts as stuck after so many steps of its own in a row with no other genome, no value and the same
   * response (`agent.stuck`; 0: never), and with `restart` its life is then cut, and the next begins one
   * genome further back. @default 20, false
   */
  readonly stuck?: { readonly steps?: number; readonly restart?: boolean };
  /** Under whom it lives. @default the house's own supervisor */
  readonly supervisor?: string;
  /** Comes back always; only after an abnormal end (a death is one); never. @default "permanent" */
  readonly restart?: "permanent" | "transient" | "temporary";
  /** Whether its end for good may end its supervisor (`autoShutdown`). @default false */
  readonly significant?: boolean;
  /** How a stop waits for the step under way, in milliseconds, before it kills. @default 5000 */
  readonly shutdown?: number | "brutal_kill" | "infinity";
  /**
   * After so many deaths within the time it stays down, until an operator clears it; of `causes`, or of its own
   * doing.
   */
  readonly giveUp?: {
    readonly deaths: number;
    readonly withinMs: number;
    readonly causes?: readonly Cause[];
  };
  /** Agents with which it dies: when one of both dies, the other one's present life ends too. @default none */
  readonly links?: readonly string[];
  /** Whether a letter tells it of the end of whom it is linked to, and it does not die of it. @default false */
  readonly trapExit?: boolean;
  /** Waits between restarts. */
  readonly backoff?: Partial<Backoff>;
  /** Limits of its cell, where they differ from the defaults. */
  readonly limits?: Partial<CellLimits> & { readonly profile?: "strict" | "fast" };
  /** Powers of the house that it may use, by name. @default none */
  readonly powers?: readonly string[];
  /** Steps after which a life is cut. @default the house's */
  readonly horizon?: number;
  /** Whether it takes a step of its own when no letter waits. @default true */
  readonly ticking?: boolean;
  /** How many letters may wait, and what becomes of one too many. @default 1000, "fail" */
  readonly mailbox?: {
    readonly capacity?: number;
    readonly overflow?: "backpressure" | "dropNew" | "dropHead" | "fail";
  };
}

/** What the agents of a pool have in common: a child spec but for who each is. */
export type NewTemplate = Omit<NewAgent, "name" | "supervisor">;

/** A supervisor under the house's own one, or under another. */
export interface NewSupervisor {
  /** Its name; unique among agents and supervisors. */
  readonly name: string;
  /** Under whom it is. @default the house's own supervisor */
  readonly supervisor?: string;
  /**
   * Who is restarted along with a child that died; `simple_one_for_one` is a pool, whose agents all come of
   * its template. @default "one_for_one"
   */
  readonly strategy?: "one_for_one" | "one_for_all" | "rest_for_one" | "simple_one_for_one";
  /** More restarts than this within the period end it. @default 100 a child, at least 500 */
  readonly intensity?: number;
  /** The period, in milliseconds. @default 10000 */
  readonly periodMs?: number;
  /** Whether the end for good of significant children ends it. @default "never" */
  readonly autoShutdown?: "never" | "any_significant" | "all_significant";
  /**
   * Of a pool: the one spec of its agents. An agent that is spawned in it has of its own a name, and a first
   * query, or a task, if it is to begin with another. @default what a spec is that names nothing
   */
  readonly template?: NewTemplate;
  /** Whether it comes back when it has ended. @default "permanent" */
  readonly restart?: "permanent" | "transient" | "temporary";
  /** Whether its end for good may end the one above. @default false */
  readonly significant?: boolean;
  /** Waits between its own restarts. */
  readonly backoff?: Partial<Backoff>;
}
