import type { CellPool } from "../cell/types.ts";
import type { Clock } from "../core/clock.ts";
import type { EventBus } from "../core/events.ts";
import type { GenomeHash } from "../core/ids.ts";
import type { Json } from "../core/json.ts";
import type { Tracer } from "../core/tracing.ts";
import type { Model } from "../llm/types.ts";
import type { Powers } from "../powers/mod.ts";
import type { EnergySettings, RewardWeights, Task } from "../reward/mod.ts";
import type { AgentRow, AgentStatus, Store } from "../store/types.ts";
import type { AgentRunner } from "./agent.ts";
import type { ResurrectionRule } from "./ancestry.ts";
import type { EpisodeSink } from "./context.ts";
import type { Probation } from "./descent.ts";
import type { AgentPhase } from "./phase.ts";
import type { SupervisorSpecInput } from "./spec.ts";

/** What a supervisor does everything with, and how it works. */
export interface SupervisorOptions {
  readonly clock: Clock;
  readonly store: Store;
  readonly pool: CellPool;
  readonly model: Model;
  readonly bus: EventBus;
  /** What child specs may grant, by name. @default nothing */
  readonly powers?: Powers;
  /** What child specs may name as their rule of resurrection. @default none */
  readonly resurrections?: Readonly<Record<string, ResurrectionRule>>;
  /** Told of steps and deaths as they pass. @default nobody */
  readonly tracer?: Tracer;
  /** Takes closed lives. @default nobody */
  readonly episodes?: EpisodeSink;
  /** Told of failures that nobody waits for: a commit that is tried again, a defect. Must not throw. */
  readonly onTrouble?: (error: unknown) => void;
  /** Name, strategy, intensity, period. */
  readonly spec?: SupervisorSpecInput;
  /** Seed of the run: with it, agent, life and step, every turn and every model call has its own. */
  readonly seed: number;
  /**
   * `free`: each agent as fast as it can. `rounds`: all in step, so that a run with the same seed is
   * the same, messages between agents included (see {@linkcode RoundsPacer}). @default "free"
   */
  readonly pace?: "free" | "rounds";
  /**
   * With `rounds`: called before each round, when every agent is at rest; what it returns is waited for.
   * Must not reject. @default nothing
   */
  readonly betweenRounds?: () => Promise<void> | undefined;
  /** Turns of each agent, lethal ones included, after which this run has nothing more for it to do. */
  readonly maxSteps?: number;
  /** Steps after which a life is cut, where the child spec does not say. @default never */
  readonly horizon?: number;
  /**
   * Lives of each agent that start from the same genome with the same query, one after the other, and that
   * the trainer may compare; the next group starts where the last of them led. @default 1
   */
  readonly groupSize?: number;
  /** How long an ask waits, and a sender for room under `backpressure`. @default 5000 */
  readonly askTimeoutMs?: number;
  /** What a step is worth. @default defaultRewardWeights */
  readonly weights?: RewardWeights;
  /** How lives spend and earn energy. @default they do not: nobody starves */
  readonly energy?: EnergySettings;
  /** Tasks that a child spec may name. @default none */
  readonly tasks?: Readonly<Record<string, Task>>;
}

/** Why a supervisor ended. */
export type SupervisorEnd = "shutdown" | "escalated";

/** An agent as it is at this moment. */
export interface AgentView {
  readonly name: string;
  readonly status: AgentStatus;
  readonly phase: AgentPhase;
  readonly life: number;
  /** Steps lived in the present life. */
  readonly age: number;
  /** What is left of it in the present life; null where nobody meters it, and between lives. */
  readonly energy: number | null;
  /** Steps lived over all lives. */
  readonly steps: number;
  readonly genome: GenomeHash;
  /** Its genome's probation; null where it is on none. */
  readonly probation: Probation | null;
  readonly query: string;
  readonly firstQuery: string;
  /** Letters that wait. */
  readonly mailbox: number;
  /** Its cell's process, if it has one. */
  readonly pid: number | null;
  readonly createdAtMs: number;
  readonly spec: Json;
}

/**
 * An agent as a view.
 *
 * @param row its row, as last committed
 * @param runner what runs it; undefined for one that is not up
 */
export function viewOf(row: AgentRow, runner: AgentRunner | undefined): AgentView {
  const { name, status, life, steps, genome, query, firstQuery, createdAtMs, spec } = row;
  return {
    name,
    status,
    phase: runner?.phase ?? (status === "failed" ? "failed" : "stopped"),
    life,
    age: runner?.age ?? 0,
    energy: runner?.energy ?? null,
    steps,
    genome,
    probation: runner?.probation ?? null,
    query,
    firstQuery,
    mailbox: runner?.mailbox.size ?? 0,
    pid: runner?.pid ?? null,
    createdAtMs,
    spec,
  };
}
