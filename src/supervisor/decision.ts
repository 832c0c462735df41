import type { Owner } from "../death/mod.ts";
import { type Backoff, backoffDelay, quietMs } from "./backoff.ts";
import type { SupervisorSpec } from "./spec.ts";
import type { RestartType } from "./tree/mod.ts";

/** Steps that a life must have lived for its genome to be above suspicion. */
export const earlySteps = 2;

/** What the supervisor remembers of a child. */
export interface ChildState {
  readonly restart: RestartType;
  readonly backoff: Backoff;
  /** Restarts since it was last quiet. */
  readonly attempt: number;
  /** When its present life began; null between lives. */
  readonly startedAtMs: number | null;
  /** Whether that life was brought back after a death of the agent's own making. */
  readonly resurrected: boolean;
}

/** What the supervisor remembers. */
export interface SupervisorState {
  readonly children: ReadonlyMap<string, ChildState>;
  /** When the restarts of the present window were, oldest first. */
  readonly restarts: readonly number[];
}

/** A supervisor that has no child yet. */
export const emptyState: SupervisorState = { children: new Map(), restarts: [] };

/** What happened to a child. */
export type ChildEvent =
  | {
    readonly kind: "added";
    readonly child: string;
    readonly restart: RestartType;
    readonly backoff: Backoff;
  }
  | { readonly kind: "removed"; readonly child: string }
  | { readonly kind: "started"; readonly child: string }
  /** Its life was cut, which is no failure. */
  | { readonly kind: "truncated"; readonly child: string }
  | {
    readonly kind: "died";
    readonly child: string;
    readonly owner: Owner;
    readonly phase: "birth" | "turn" | "idle";
    /** Steps lived in the life that ended. */
    readonly lived: number;
    /** A uniform number in [0, 1), for the jitter. */
    readonly roll: number;
  };

/** What is to be done. */
export type Decision =
  | { readonly kind: "none" }
  /** Restart it after a wait, from its last genome or from one further back. */
  | {
    readonly kind: "restart";
    readonly delayMs: number;
    readonly from: "last" | "further" | "first";
  }
  /** It stays down, as its spec says. */
  | { readonly kind: "remain"; readonly why: string }
  /** Too many restarts: stop all children in reverse, then the supervisor, reason `shutdown`. */
  | { readonly kind: "escalate"; readonly why: string };

/** The restarts that are allowed within the period, for so many children. */
export function intensityOf(spec: SupervisorSpec, children: number): number {
  return spec.intensity ?? Math.max(500, 100 * children);
}

/**
 * The whole of what a supervisor decides: given what it remembers and what happened, what to do and
 * what to remember. Time and chance are in the arguments; carrying it out is the runtime's business.
 *
 * The resurrection rule: a life starts from the last committed genome that lived. If a life that was
 * brought back dies, by its own making, before it lived {@linkcode earlySteps} steps, its genome had
 * its second chance: the next starts one further back, and so on to the first. A birth that fails goes
 * back at once, since the genome cannot live at all. Deaths by infrastructure or operator say nothing
 * about the genome.
 *
 * @param spec the supervisor's spec
 * @param state what it remembers
 * @param event what happened
 * @param nowMs monotonic time, in milliseconds
 */
export function decide(
  spec: SupervisorSpec,
  state: SupervisorState,
  event: ChildEvent,
  nowMs: number,
): { readonly state: SupervisorState; readonly decision: Decision } {
  const none = (children: ReadonlyMap<string, ChildState>) => ({
    state: { ...state, children },
    decision: { kind: "none" } as const,
  });
  if (event.kind === "added") {
    const { restart, backoff } = event;
    const child = { restart, backoff, attempt: 0, startedAtMs: null, resurrected: false };
    return none(new Map([...state.children, [event.child, child]]));
  }
  const child = state.children.get(event.child);
  if (child === undefined) return none(state.children);
  switch (event.kind) {
    case "removed":
      return none(without(state.children, event.child));
    case "started":
      return none(having(state.children, event.child, { ...child, startedAtMs: nowMs }));
    case "truncated":
      return none(
        having(state.children, event.child, { ...child, startedAtMs: null, resurrected: false }),
      );
    case "died":
      return afterDeath(spec, state, child, event, nowMs);
  }
}

function afterDeath(
  spec: SupervisorSpec,
  state: SupervisorState,
  child: ChildState,
  event: ChildEvent & { kind: "died" },
  nowMs: number,
): { state: SupervisorState; decision: Decision } {
  // A death is never a normal end, so a transient child comes back too.
  if (child.restart === "temporary") {
    const children = without(state.children, event.child);
    return {
      state: { ...state, children },
      decision: { kind: "remain", why: "a temporary child is never restarted" },
    };
  }
  const restarts = [...state.restarts.filter((at) => at >= nowMs - spec.periodMs), nowMs];
  const intensity = intensityOf(spec, state.children.size);
  if (restarts.length > intensity) {
    const why = `${restarts.length} restarts within ${spec.periodMs} ms, ${intensity} allowed`;
    return { state: { ...state, restarts }, decision: { kind: "escalate", why } };
  }
  const quiet = child.startedAtMs !== null && nowMs - child.startedAtMs >= quietMs(child.backoff);
  const attempt = quiet ? 0 : child.attempt;
  const own = event.owner === "agent";
  const failedBirth = own && event.phase === "birth";
  const early = own && child.resurrected && event.lived < earlySteps;
  const next: ChildState = {
    ...child,
    attempt: attempt + 1,
    startedAtMs: null,
    resurrected: own || (child.resurrected && event.lived < earlySteps),
  };
  return {
    state: { children: having(state.children, event.child, next), restarts },
    decision: {
      kind: "restart",
      delayMs: backoffDelay(child.backoff, attempt, event.roll),
      from: failedBirth || early ? "further" : "last",
    },
  };
}

function having(
  children: ReadonlyMap<string, ChildState>,
  name: string,
  child: ChildState,
): ReadonlyMap<string, ChildState> {
  return new Map(children).set(name, child);
}

function without(
  children: ReadonlyMap<string, ChildState>,
  name: string,
): ReadonlyMap<string, ChildState> {
  const rest = new Map(children);
  rest.delete(name);
  return rest;
}
