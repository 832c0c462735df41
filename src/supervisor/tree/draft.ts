import type { TreeFlags } from "./spec.ts";
import type { Job, Refusal, Slot, TreeCommand, TreeEvent, TreeState } from "./types.ts";

/** A copy of a supervisor's state that one step may change, and the commands that it gives. */
export interface Draft {
  readonly flags: TreeFlags;
  readonly nowMs: number;
  readonly commands: TreeCommand[];
  phase: TreeState["phase"];
  slots: Slot[];
  restarts: readonly number[];
  job: Job | null;
  inbox: TreeEvent[];
  runs: number;
}

/** Opens a draft on a state. */
export function openDraft(flags: TreeFlags, state: TreeState, nowMs: number): Draft {
  const { slots, inbox, ...rest } = state;
  return { flags, nowMs, commands: [], ...rest, slots: [...slots], inbox: [...inbox] };
}

/** The state that a draft has become. */
export function closeDraft(draft: Draft): TreeState {
  const { phase, slots, restarts, job, inbox, runs } = draft;
  return { phase, slots, restarts, job, inbox, runs };
}

/** Whether children are stopped and started in rounds, and not each for itself. */
export function inRounds({ flags }: Draft): boolean {
  return flags.strategy === "one_for_all" || flags.strategy === "rest_for_one";
}

/** A child's place, if it has one. */
export function slotOf(draft: Draft, child: string): Slot | undefined {
  return draft.slots.find(({ spec }) => spec.id === child);
}

/** Changes a child's place. */
export function amend(draft: Draft, child: string, change: Partial<Slot>): void {
  draft.slots = draft.slots.map((slot) => slot.spec.id === child ? { ...slot, ...change } : slot);
}

/** Drops a child's place. */
export function forget(draft: Draft, child: string): void {
  draft.slots = draft.slots.filter(({ spec }) => spec.id !== child);
  draft.commands.push({ kind: "forget", child });
}

/**
 * A child is down. One that is temporary has no place then, and one of a pool neither, unless the whole
 * pool ends: where OTP's begins empty the next time, the runtime may begin with whom it had.
 */
export function layDown(draft: Draft, slot: Slot): void {
  const { id, restart } = slot.spec;
  const member = draft.flags.strategy === "simple_one_for_one" && draft.job?.kind !== "exit";
  if (restart === "temporary" || member) forget(draft, id);
  else if (slot.phase !== "failed") amend(draft, id, { phase: "down", upAtMs: null });
}

/** Starts a child. */
export function start(draft: Draft, child: string, purpose: Slot["purpose"]): void {
  const run = ++draft.runs;
  amend(draft, child, { phase: "starting", run, purpose, upAtMs: null });
  draft.commands.push({ kind: "start", child, run, purpose });
}

/** Stops a child. */
export function stop(draft: Draft, slot: Slot): void {
  const { spec: { id: child, shutdown }, run } = slot;
  amend(draft, child, { phase: "stopping" });
  draft.commands.push({ kind: "stop", child, run, shutdown });
}

/** Takes a child's own end out of the inbox: it was to be stopped, and is down already. */
export function takeEnd(draft: Draft, { spec: { id }, run }: Slot): boolean {
  const place = draft.inbox.findIndex((event) =>
    event.kind === "ended" && event.child === id && event.run === run
  );
  if (place >= 0) draft.inbox.splice(place, 1);
  return place >= 0;
}

/** Refuses a request. */
export function refuse(
  draft: Draft,
  event: TreeEvent["kind"],
  child: string,
  why: Refusal,
): void {
  draft.commands.push({ kind: "refuse", event, child, why });
}
