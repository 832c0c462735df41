import { backoffDelay, quietMs } from "../backoff.ts";
import {
  amend,
  closeDraft,
  type Draft,
  forget,
  inRounds,
  layDown,
  openDraft,
  refuse,
  slotOf,
  start,
  stop,
  takeEnd,
} from "./draft.ts";
import {
  advance,
  beginExit,
  beginInit,
  beginRound,
  excuse,
  resumeRound,
  roundOf,
  startFailed,
} from "./job.ts";
import type { TreeChild, TreeFlags } from "./spec.ts";
import type { Slot, TreeCommand, TreeEvent, TreeState } from "./types.ts";

/** What a step comes to. */
export interface Stepped {
  readonly state: TreeState;
  readonly commands: readonly TreeCommand[];
}

/** A supervisor that has not begun. */
export function treeOf(children: readonly TreeChild[] = []): TreeState {
  const slots = children.map((spec) => place(spec, "init"));
  return { phase: "new", slots, restarts: [], job: null, inbox: [], runs: 0 };
}

/**
 * The whole of what a supervisor decides, as OTP's does: who starts, stops and comes back, in which
 * order, and when to give up. A pure function of what it remembers and of what happened; time and
 * chance are in the arguments, and carrying the commands out is the runtime's business.
 *
 * Where OTP's supervisor blocks while a child starts or stops, this one goes on listening: a shutdown
 * and the stop of a child are heard at once, and a child of `one_for_one` never waits for another.
 *
 * @param flags the supervisor's flags
 * @param state what it remembers
 * @param event what happened
 * @param nowMs monotonic time, in milliseconds
 * @returns what to remember and what to do, in order
 */
export function step(
  flags: TreeFlags,
  state: TreeState,
  event: TreeEvent,
  nowMs: number,
): Stepped {
  const draft = openDraft(flags, state, nowMs);
  receive(draft, event);
  while (draft.job === null && draft.phase === "up") {
    const next = draft.inbox.shift();
    if (next === undefined) break;
    receive(draft, next);
  }
  return { state: closeDraft(draft), commands: draft.commands };
}

function receive(draft: Draft, event: TreeEvent): void {
  switch (event.kind) {
    case "begin":
      if (draft.phase === "new") beginInit(draft);
      return;
    case "shutdown":
      return beginExit(draft, event.reason, "it was told to");
    case "started":
    case "ignored":
    case "start-failed":
    case "ended":
      return hear(draft, event);
    case "stop":
      return stopChild(draft, event.child);
    case "add":
    case "revive":
    case "drop":
      if (draft.phase === "stopping" || draft.phase === "ended") {
        const child = event.kind === "add" ? event.spec.id : event.child;
        return refuse(draft, event.kind, child, "ending");
      }
      if (draft.job !== null) return void draft.inbox.push(event);
      return request(draft, event);
    case "again":
    case "due": {
      if (draft.job !== null) return void draft.inbox.push(event);
      const slot = slotOf(draft, event.child);
      if (slot?.run !== event.run || slot.phase !== "waiting") return;
      if (event.kind === "again") return restart(draft, slot, event.roll);
      if (inRounds(draft)) return resumeRound(draft, event.child);
      return start(draft, event.child, "restart");
    }
  }
}

/** What comes of a child's run. */
function hear(
  draft: Draft,
  event: TreeEvent & { kind: "started" | "ignored" | "start-failed" | "ended" },
): void {
  const slot = slotOf(draft, event.child);
  if (slot === undefined || slot.run !== event.run) return;
  switch (slot.phase) {
    case "starting":
      if (event.kind === "ended" && event.final) {
        amend(draft, event.child, { phase: "failed" });
        excuse(draft, event.child);
      } else if (event.kind === "started") {
        amend(draft, event.child, { phase: "up", upAtMs: draft.nowMs });
      } else if (event.kind === "ignored") layDown(draft, slot);
      else startFailed(draft, slot, event.reason, event.roll ?? 0);
      if (event.kind === "ignored") excuse(draft, event.child);
      return advance(draft);
    case "stopping":
      if (event.kind === "started") return;
      layDown(draft, slot);
      return advance(draft);
    case "up":
      if (event.kind !== "ended") return;
      if (draft.job !== null) return void draft.inbox.push(event);
      return died(draft, slot, event);
    case "down":
    case "waiting":
    case "failed":
      return;
  }
}

function died(draft: Draft, slot: Slot, event: TreeEvent & { kind: "ended" }): void {
  const { spec: { id, restart: type } } = slot;
  if (event.final) return amend(draft, id, { phase: "failed", upAtMs: null });
  const normal = event.reason === "normal" || event.reason === "shutdown";
  const returns = type === "permanent" || (type === "transient" && !normal);
  if (returns) return restart(draft, slot, event.roll ?? 0);
  layDown(draft, slot);
  if (slotOf(draft, id) !== undefined) draft.commands.push({ kind: "rest", child: id });
  if (!slot.spec.significant) return;
  const { autoShutdown } = draft.flags;
  const others = draft.slots.some(({ spec, phase }) =>
    spec.significant && phase !== "down" && phase !== "failed"
  );
  if (autoShutdown === "any_significant" || (autoShutdown === "all_significant" && !others)) {
    beginExit(draft, "shutdown", `its significant child '${id}' has ended`);
  }
}

/** Brings a child back by the strategy, if the window still allows it. */
function restart(draft: Draft, slot: Slot, roll: number): void {
  const { flags: { intensity, periodMs }, nowMs } = draft;
  const { id, backoff } = slot.spec;
  draft.restarts = [...draft.restarts.filter((at) => at >= nowMs - periodMs), nowMs];
  if (draft.restarts.length > intensity) {
    amend(draft, id, { phase: "down", upAtMs: null });
    const why = `${draft.restarts.length} restarts within ${periodMs} ms, ${intensity} allowed`;
    draft.commands.push({ kind: "give-up", child: id, why });
    return beginExit(draft, "shutdown", why);
  }
  const quiet = backoff !== undefined && slot.upAtMs !== null &&
    nowMs - slot.upAtMs >= quietMs(backoff);
  const attempt = quiet ? 0 : slot.attempt;
  const delayMs = backoff === undefined ? 0 : backoffDelay(backoff, attempt, roll);
  amend(draft, id, { phase: "waiting", attempt: attempt + 1, upAtMs: null });
  const siblings = roundOf(draft, id).filter((each) => each !== id);
  draft.commands.push({ kind: "restart", child: id, delayMs, siblings });
  if (inRounds(draft)) return beginRound(draft, id, delayMs);
  if (delayMs === 0) return start(draft, id, "restart");
  const event = { kind: "due", child: id, run: slot.run } as const;
  draft.commands.push({ kind: "after", ms: delayMs, event });
}

/** An order: a child ends and stays down. Heard at once, whatever else is under way. */
function stopChild(draft: Draft, child: string): void {
  const slot = slotOf(draft, child);
  if (slot === undefined) return refuse(draft, "stop", child, "not-found");
  excuse(draft, child);
  switch (slot.phase) {
    case "up":
      if (takeEnd(draft, slot)) layDown(draft, slot);
      else stop(draft, slot);
      break;
    case "starting":
      stop(draft, slot);
      break;
    case "waiting":
      layDown(draft, slot);
      handOver(draft, child);
      break;
    case "stopping":
    case "down":
    case "failed":
      break;
  }
  advance(draft);
}

/** The leader of a round that waits is gone: the next one that is down leads it. */
function handOver(draft: Draft, leader: string): void {
  if (!inRounds(draft) || draft.job !== null) return;
  const next = draft.slots.find(({ spec, phase }) => spec.id !== leader && phase === "down");
  if (next === undefined) return;
  const { spec: { id: child }, run } = next;
  amend(draft, child, { phase: "waiting" });
  draft.commands.push({ kind: "after", ms: 0, event: { kind: "due", child, run } });
}

function request(draft: Draft, event: TreeEvent & { kind: "add" | "revive" | "drop" }): void {
  if (event.kind === "add") {
    const { spec } = event;
    if (slotOf(draft, spec.id) !== undefined) {
      return refuse(draft, "add", spec.id, "already-present");
    }
    draft.slots.push(place(spec, "add"));
    return start(draft, spec.id, event.insist ? "restart" : "add");
  }
  const { kind, child } = event;
  const slot = slotOf(draft, child);
  if (slot === undefined) return refuse(draft, kind, child, "not-found");
  if (slot.phase === "waiting") return refuse(draft, kind, child, "restarting");
  if (slot.phase !== "down" && slot.phase !== "failed") {
    return refuse(draft, kind, child, "running");
  }
  if (kind === "drop") return forget(draft, child);
  amend(draft, child, { attempt: 0 });
  start(draft, child, event.kind === "revive" && event.insist ? "restart" : "revive");
}

function place(spec: TreeChild, purpose: Slot["purpose"]): Slot {
  return { spec, phase: "down", run: 0, purpose, attempt: 0, upAtMs: null };
}
