import type { PolicyVersion } from "../core/episode.ts";
import type { EventDraft, HouseEvent } from "../core/events.ts";
import type { GenomeHash } from "../core/ids.ts";
import type { Json } from "../core/json.ts";
import type { Cause, Owner } from "../death/mod.ts";
import type { Genome } from "../genome/mod.ts";

/** What an agent is doing. `failed`: down for good until an operator clears it. */
export type AgentStatus = "running" | "paused" | "stopped" | "failed";

/** An agent's row. */
export interface AgentRow {
  readonly name: string;
  readonly status: AgentStatus;
  /** The child spec, as validated by the supervisor. */
  readonly spec: Json;
  readonly firstQuery: string;
  /** Position in start order: left to right. */
  readonly ordinal: number;
  readonly createdAtMs: number;
  /** Number of the present (or last) life; 0 before the first. */
  readonly life: number;
  /** Steps lived over all lives. */
  readonly steps: number;
  /** The last committed genome and query. */
  readonly genome: GenomeHash;
  readonly query: string;
}

/** A life's row. */
export interface LifeRow {
  readonly agent: string;
  readonly life: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly end: "death" | "truncated" | null;
  readonly bornFrom: GenomeHash;
  /** Its query when it began; null in a life that an older Vivarium wrote. */
  readonly bornQuery: string | null;
  /** Steps lived through; the lethal one is not counted. */
  readonly steps: number;
  readonly reward: number;
  readonly edits: number;
}

/** One reward term of a step, under its name. */
export interface RewardTerm {
  readonly term: string;
  readonly value: number;
}

/** A step, committed as one piece. */
export interface StepRow {
  readonly agent: string;
  readonly life: number;
  /** 1-based within the life. */
  readonly step: number;
  readonly atMs: number;
  /** tick, tell or ask, and from whom. */
  readonly letter: Json;
  readonly nowMs: number;
  readonly seed: number;
  /** What `this.energy` said; null in a step that an older Vivarium wrote. */
  readonly energy: number | null;
  /** Every model call of the step: prompt, response, model, tokens, and the policy's trace. */
  readonly calls: Json;
  /**
   * What the house answered, in the order in which it did: which request of the turn, of which power,
   * the value (a model's is in `calls`) or the error. Null in a step that an older Vivarium wrote.
   */
  readonly answers: Json;
  readonly prints: readonly string[];
  readonly returned: Json;
  readonly dropped: Json;
  readonly attempts: Json;
  readonly usage: Json;
  readonly edited: readonly string[];
  /** Genome after the step; for a lethal step, the genome before it. */
  readonly genome: GenomeHash;
  readonly query: string;
  readonly lived: boolean;
  /** As measured; when read, late rewards stand after them. */
  readonly rewards: readonly RewardTerm[];
}

/** A death: OTP's four fields (supervisor, context, reason, offender) and ours. */
export interface DeathRow {
  readonly id: number;
  readonly agent: string;
  readonly life: number;
  /** The step that killed; 0 if it died at birth or between steps. */
  readonly step: number;
  readonly atMs: number;
  readonly supervisor: string;
  readonly context: "start" | "child-terminated" | "shutdown";
  readonly reason: string;
  readonly offender: Json;
  readonly cause: Cause;
  readonly owner: Owner;
  /** Message, stack, exit code, signal, last resource usage. */
  readonly evidence: Json;
  readonly genomeBefore: GenomeHash;
  /** The lethal edit: the response that was being executed, if any. */
  readonly response: string | null;
  readonly policyVersion: number | null;
  readonly detectedMs: number;
  /** What was decided: which genome comes back, after how long. */
  readonly decision: Json;
}

/** A genome's row. */
export interface GenomeRow {
  readonly hash: GenomeHash;
  readonly parent: GenomeHash | null;
  readonly genome: Genome;
  readonly createdAtMs: number;
}

/** Where a genome first stood: after a step of a life, or at its birth (step 0). */
export interface Origin {
  readonly agent: string;
  readonly life: number;
  readonly step: number;
  readonly atMs: number;
}

/** A genome in the tree of one agent. */
export interface LineageRow extends Origin {
  readonly hash: GenomeHash;
  /** What the agent was before that step; null for what a life was born from that it had never been. */
  readonly parent: GenomeHash | null;
  /** The deaths of the agent while it was this genome. */
  readonly deaths: readonly { readonly id: number; readonly cause: Cause }[];
}

/** A life as statistics see it. */
export interface LifetimeRow {
  readonly agent: string;
  readonly life: number;
  readonly steps: number;
  /** Of what it died by its own doing; null: it still lives, was cut, or others ended it (censored). */
  readonly cause: Cause | null;
  /** What wrote its first response, e.g. `ollama:qwen3`; null where none did. */
  readonly model: string | null;
  /** Version of the policy that wrote its first response; null where a policy of ours did not. */
  readonly policyVersion: number | null;
}

/** A page of rows; `next` is the cursor of the following page, null at the end. */
export interface Page<Row> {
  readonly items: readonly Row[];
  readonly next: string | null;
}

/** How a list is read. */
export interface PageQuery {
  /** @default 100, at most 1000 */
  readonly limit?: number;
  readonly cursor?: string;
}

/** One committed change, with the events that tell of it. All or nothing. */
export interface Commit {
  readonly agents?: readonly AgentRow[];
  readonly lives?: readonly LifeRow[];
  readonly genomes?: readonly GenomeRow[];
  readonly steps?: readonly StepRow[];
  readonly deaths?: readonly Omit<DeathRow, "id">[];
  readonly events?: readonly EventDraft[];
  /** Letters that are now handled: removed from the mailbox. */
  readonly handled?: readonly number[];
}

/** A letter accepted into an agent's mailbox; durable. */
export interface LetterRow {
  readonly id: number;
  readonly to: string;
  readonly from: string;
  readonly kind: "tell" | "ask";
  readonly body: Json;
  readonly atMs: number;
  /** The only life that it is for; left out of one that outlives its recipient's lives. */
  readonly life?: number;
}

/** A reward that came from outside after the step. */
export interface LateReward {
  readonly key: string;
  readonly agent: string;
  readonly life: number;
  /** Null: for the life as a whole. */
  readonly step: number | null;
  readonly term: string;
  readonly value: number;
}

/**
 * The ledger: one SQLite file. Every method is synchronous and durable when it returns. Throws
 * {@linkcode VivariumError} `database` when the file cannot be read or written.
 */
export interface Store {
  /**
   * Commits all parts in one transaction and returns the events, numbered and dated. Agents and
   * lives are written over by their key, but a life that has ended never changes again; genomes are
   * kept once by their hash; steps, deaths and events are only ever added. Throws `conflict` for what
   * would write the ledger over, or refers to what is not in it.
   */
  commit(commit: Commit): readonly HouseEvent[];

  agent(name: string): AgentRow | undefined;
  /** In start order. */
  agents(query?: PageQuery): Page<AgentRow>;
  /** Drops the agent with its spec and mailbox; what it lived through stays in the ledger. */
  removeAgent(name: string): void;
  /** In order, oldest first. */
  lives(agent: string, query?: PageQuery): Page<LifeRow>;
  life(agent: string, life: number): LifeRow | undefined;
  /** The highest number of a life under this name, by an agent since removed too; 0 if none. */
  lastLife(agent: string): number;
  /** Steps of an agent in order; of one life if named. */
  steps(agent: string, query?: PageQuery & { readonly life?: number }): Page<StepRow>;
  step(agent: string, life: number, step: number): StepRow | undefined;
  /** Newest first. */
  deaths(query?: PageQuery & { readonly agent?: string; readonly cause?: string }): Page<DeathRow>;
  death(id: number): DeathRow | undefined;
  genome(hash: string): GenomeRow | undefined;
  /** Where a genome first stood, over all agents; undefined where it was never lived. */
  origin(hash: string): Origin | undefined;
  /** All genomes that an agent has been, in the order in which it became them. At most 10,000 a page. */
  genomesOf(agent: string, query?: PageQuery): Page<LineageRow>;
  /** Every life, or those of one agent, or begun at a time or later. */
  lifetimes(query?: { readonly agent?: string; readonly since?: number }): readonly LifetimeRow[];
  /** How many steps an agent has lived that left it with this genome. */
  livedWith(agent: string, genome: GenomeHash): number;
  /**
   * The agent's distinct genomes that came of a lived step, newest first, with the query that last
   * went with each.
   */
  lineage(agent: string, limit: number): readonly { genome: GenomeHash; query: string }[];
  /** In order, those after the id `after` (0: from the start). */
  events(
    query: PageQuery & {
      readonly after?: number;
      readonly agent?: string;
      readonly kinds?: readonly string[];
      readonly cause?: string;
    },
  ): readonly HouseEvent[];
  /** Id of the newest event; 0 before the first. */
  lastEvent(): number;

  /** Accepts a letter; durable when it returns. Throws `not-found` for an unknown agent. */
  accept(letter: Omit<LetterRow, "id">): LetterRow;
  /** Letters accepted and not handled, oldest first. */
  mailbox(agent: string): readonly LetterRow[];

  /**
   * Adds a late reward once. `again`: the same key and body came before. Throws `not-found` for a
   * step or life that does not exist, `conflict` for the same key with another body.
   */
  addReward(reward: LateReward): "added" | "again";

  /** Keeps what is known of a policy version; a version that comes again is written over. */
  recordPolicyVersion(version: PolicyVersion): void;
  /** Newest first. */
  policyVersions(query?: PageQuery): Page<PolicyVersion>;

  /** A fact about the database as a whole, such as its run's seed. */
  getMeta(key: string): Json | undefined;
  setMeta(key: string, value: Json): void;

  /** The number of each agent's newest life, also of agents that are gone. */
  lastLives(): LastLives;
  /** Figures for the summary table: of all lives, or of those begun since these were the last. */
  summary(since?: LastLives): Summary;
  close(): void;
}

/** The number of each agent's newest life, by its name. */
export type LastLives = Readonly<Record<string, number>>;

/** What happened in a database, in figures. */
export interface Summary {
  /** Agents that the database holds. */
  readonly agents: number;
  /** Lives begun. */
  readonly lives: number;
  /** Steps lived. */
  readonly steps: number;
  /** Deaths by cause; a cause that did not occur is left out. */
  readonly deaths: Readonly<Partial<Record<Cause, number>>>;
  /**
   * Median steps survived by Kaplan–Meier; null if not reached. A life that was truncated, is still
   * lived, or ended for a reason that is not the agent's own is censored.
   */
  readonly medianSurvival: number | null;
  /** Lived steps that changed the genome. */
  readonly editsKept: number;
  /** Deaths by `harm`: each is at least one attempt that a tripwire saw. */
  readonly harmAttempts: number;
  /** Over all lives, late rewards included. */
  readonly reward: number;
}
