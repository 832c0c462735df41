import { amend, type Draft, forget, layDown, slotOf, start, stop, takeEnd } from "./draft.ts";
import type { Job, Slot } from "./types.ts";

const noJob: Omit<Job, "kind"> = {
  leader: null,
  stopping: [],
  waitMs: 0,
  starting: [],
  reason: "",
  why: "",
};

/** Starts all children, left to right. */
export function beginInit(draft: Draft): void {
  draft.phase = "starting";
  draft.job = { ...noJob, kind: "init", starting: draft.slots.map(({ spec }) => spec.id) };
  advance(draft);
}

/** Stops all children, last to first (a pool's all at once), and then the supervisor. */
export function beginExit(draft: Draft, reason: string, why: string): void {
  if (draft.phase === "stopping" || draft.phase === "ended") return;
  draft.phase = "stopping";
  const stopping = draft.slots.map(({ spec }) => spec.id).reverse();
  draft.job = { ...noJob, kind: "exit", stopping, reason, why };
  advance(draft);
}

/** Whom a round of the strategy takes along, in start order: the leader too. */
export function roundOf(draft: Draft, leader: string): string[] {
  const all = draft.slots.map(({ spec }) => spec.id);
  if (draft.flags.strategy === "one_for_all") return all;
  if (draft.flags.strategy === "rest_for_one") return all.slice(all.indexOf(leader));
  return [leader];
}

/** Stops the round's others, waits, and starts all of it. */
export function beginRound(draft: Draft, leader: string, waitMs: number): void {
  const starting = roundOf(draft, leader);
  const stopping = starting.filter((id) => id !== leader).reverse();
  draft.job = { ...noJob, kind: "round", leader, stopping, waitMs, starting };
  advance(draft);
}

/** The wait of a round is over: starts all of it. */
export function resumeRound(draft: Draft, leader: string): void {
  draft.job = { ...noJob, kind: "round", leader, starting: roundOf(draft, leader) };
  advance(draft);
}

/** Whether a child's start is the one that the job waits for. */
export function isHead({ job }: Draft, child: string): boolean {
  return job !== null && job.stopping.length === 0 && job.starting[0] === child;
}

/** Takes a child out of what the job is still to start. */
export function excuse(draft: Draft, child: string): void {
  if (draft.job === null) return;
  const starting = draft.job.starting.filter((id) => id !== child);
  draft.job = { ...draft.job, starting };
}

/** Does as much of the job as can be done without waiting for a child. */
export function advance(draft: Draft): void {
  const { job } = draft;
  if (job === null) return;
  if (!allStopped(draft, job)) return;
  if (job.kind === "exit") {
    const { reason, why } = job;
    draft.phase = "ended";
    draft.job = null;
    draft.inbox = [];
    draft.commands.push({ kind: "exit", reason, why });
    return;
  }
  const leader = job.leader === null ? undefined : slotOf(draft, job.leader);
  if (job.waitMs > 0 && leader !== undefined) {
    const event = { kind: "due", child: leader.spec.id, run: leader.run } as const;
    draft.commands.push({ kind: "after", ms: job.waitMs, event });
    draft.job = null;
    return;
  }
  if (!allStarted(draft, job)) return;
  draft.job = null;
  if (job.kind === "init") {
    draft.phase = "up";
    draft.commands.push({ kind: "up" });
  }
}

function allStopped(draft: Draft, job: Job): boolean {
  const parallel = draft.flags.strategy === "simple_one_for_one";
  const stopping: string[] = [];
  for (const id of job.stopping) {
    const slot = slotOf(draft, id);
    if (slot === undefined) continue;
    const waitForOthers = stopping.length > 0 && !parallel;
    if (waitForOthers || !isStopped(draft, slot)) stopping.push(id);
  }
  draft.job = { ...job, stopping };
  return stopping.length === 0;
}

/** Lays a child down, or has it stopped and returns false. */
function isStopped(draft: Draft, slot: Slot): boolean {
  switch (slot.phase) {
    case "stopping":
      return false;
    case "starting":
      stop(draft, slot);
      return false;
    case "up":
      if (takeEnd(draft, slot)) break;
      stop(draft, slot);
      return false;
    case "down":
    case "waiting":
    case "failed":
      break;
  }
  layDown(draft, slot);
  return true;
}

function allStarted(draft: Draft, job: Job): boolean {
  let { starting } = job;
  for (; starting.length > 0; starting = starting.slice(1)) {
    const [id = ""] = starting;
    const slot = slotOf(draft, id);
    const rests = slot === undefined || slot.phase === "failed" || slot.phase === "up" ||
      slot.phase === "stopping";
    if (rests) continue;
    draft.job = { ...job, stopping: [], starting };
    if (slot.phase !== "starting") start(draft, id, job.kind === "init" ? "init" : "restart");
    return false;
  }
  return true;
}

/** A child's start has failed, or came to its end before it was ready. */
export function startFailed(draft: Draft, slot: Slot, reason: string, roll: number): void {
  const { spec: { id: child }, run, purpose } = slot;
  switch (purpose) {
    case "init":
      amend(draft, child, { phase: "down" });
      return beginExit(draft, "start-failed", `'${child}' failed to start: ${reason}`);
    case "restart":
      // The round ends here; what it had started stays up until it is tried again.
      if (isHead(draft, child)) draft.job = null;
      amend(draft, child, { phase: "waiting" });
      draft.commands.push({ kind: "after", ms: 0, event: { kind: "again", child, run, roll } });
      return;
    case "add":
      forget(draft, child);
      break;
    case "revive":
      amend(draft, child, { phase: "down" });
      break;
  }
  draft.commands.push({ kind: "refuse", event: purpose, child, why: "start-failed" });
}
