import type { Shutdown, TreeChild } from "./spec.ts";

/**
 * Where a child is: `waiting` for its backoff, or for its failed restart to be tried again; `failed`
 * stays down, rounds or not, until an operator clears it.
 */
export type SlotPhase = "down" | "waiting" | "starting" | "up" | "stopping" | "failed";

/** A child's place under its supervisor. */
export interface Slot {
  readonly spec: TreeChild;
  readonly phase: SlotPhase;
  /** Number of its present start: what comes of an earlier one is stale. */
  readonly run: number;
  /** What its start is for: a failed restart is tried again, a failed addition is an answer. */
  readonly purpose: "init" | "add" | "revive" | "restart";
  /** Restarts since it was last quiet. */
  readonly attempt: number;
  /** When its present run came up. */
  readonly upAtMs: number | null;
}

/**
 * What is done one child after the other: the first start; a round of `one_for_all` or `rest_for_one`
 * (stop, wait, start); the end. The head of a list is the one under way.
 */
export interface Job {
  readonly kind: "init" | "round" | "exit";
  /** Whose restart a round is. */
  readonly leader: string | null;
  readonly stopping: readonly string[];
  /** What the round waits between its stops and its starts. */
  readonly waitMs: number;
  readonly starting: readonly string[];
  /** With which reason the supervisor ends, and why. */
  readonly reason: string;
  readonly why: string;
}

/** What a supervisor remembers. */
export interface TreeState {
  readonly phase: "new" | "starting" | "up" | "stopping" | "ended";
  /** In start order. */
  readonly slots: readonly Slot[];
  /** When the restarts of the present window were, oldest first. */
  readonly restarts: readonly number[];
  readonly job: Job | null;
  /** What came while a job was under way, and must wait for its end. */
  readonly inbox: readonly TreeEvent[];
  /** Runs so far, of all children. */
  readonly runs: number;
}

/** What happened, or what is wanted. */
export type TreeEvent =
  /** The first start of all children, left to right. */
  | { readonly kind: "begin" }
  /** A child said that it is ready: up, and not only started. */
  | { readonly kind: "started"; readonly child: string; readonly run: number }
  /** A child's start came to nothing, which is no failure. */
  | { readonly kind: "ignored"; readonly child: string; readonly run: number }
  | {
    readonly kind: "start-failed";
    readonly child: string;
    readonly run: number;
    readonly reason: string;
    /** A uniform number in [0, 1), for the jitter. */
    readonly roll?: number;
  }
  | {
    readonly kind: "ended";
    readonly child: string;
    readonly run: number;
    /** `normal` and `shutdown` are normal ends. */
    readonly reason: string;
    readonly roll?: number;
    /** It died too often of what does not get better: it stays down until an operator clears it. */
    readonly final?: boolean;
  }
  /** Try a failed restart again: a message to itself, so that a shutdown gets in between. */
  | { readonly kind: "again"; readonly child: string; readonly run: number; readonly roll: number }
  /** A backoff is over. */
  | { readonly kind: "due"; readonly child: string; readonly run: number }
  /** OTP's `start_child`; with `insist`, a first start that fails is tried again as a restart is. */
  | { readonly kind: "add"; readonly spec: TreeChild; readonly insist?: boolean }
  /** OTP's `terminate_child`: it ends and stays down; its spec stays, unless it is temporary. */
  | { readonly kind: "stop"; readonly child: string }
  /** OTP's `restart_child`: starts one that is down, a failed one too. `insist` as in `add`. */
  | { readonly kind: "revive"; readonly child: string; readonly insist?: boolean }
  /** OTP's `delete_child`: forgets one that is down. */
  | { readonly kind: "drop"; readonly child: string }
  | { readonly kind: "shutdown"; readonly reason: string };

/** Why a request is refused. */
export type Refusal =
  | "not-found"
  | "already-present"
  | "running"
  | "restarting"
  | "start-failed"
  | "ending";

/** What the runtime is to do. */
export type TreeCommand =
  | {
    readonly kind: "start";
    readonly child: string;
    readonly run: number;
    readonly purpose: Slot["purpose"];
  }
  /** Ask, wait, kill; answered by `ended`. */
  | {
    readonly kind: "stop";
    readonly child: string;
    readonly run: number;
    readonly shutdown: Shutdown;
  }
  /** Hand an event back after so many milliseconds: 0 is a message at the end of the queue. */
  | { readonly kind: "after"; readonly ms: number; readonly event: TreeEvent }
  /** A restart was granted: it begins after the wait. */
  | {
    readonly kind: "restart";
    readonly child: string;
    readonly delayMs: number;
    /** Who is stopped and started along with it, in start order. */
    readonly siblings: readonly string[];
  }
  /** A child died once too often: the supervisor ends. */
  | { readonly kind: "give-up"; readonly child: string; readonly why: string }
  /** A child has ended for good; its spec stays. */
  | { readonly kind: "rest"; readonly child: string }
  /** A child has no place any more: its spec is dropped. */
  | { readonly kind: "forget"; readonly child: string }
  | {
    readonly kind: "refuse";
    readonly event: TreeEvent["kind"];
    readonly child: string;
    readonly why: Refusal;
  }
  /** All children have started. */
  | { readonly kind: "up" }
  /** All children are down, and so is the supervisor. */
  | { readonly kind: "exit"; readonly reason: string; readonly why: string };
