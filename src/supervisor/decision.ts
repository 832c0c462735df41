import type { Cause, Owner } from "../death/mod.ts";
import type { Choice } from "./ancestry.ts";
import type { Backoff } from "./backoff.ts";
import type { ChildSpec, SupervisorSpec } from "./spec.ts";
import {
  type RestartType,
  step,
  type TreeChild,
  type TreeCommand,
  type TreeEvent,
  type TreeFlags,
  treeOf,
  type TreeState,
} from "./tree/mod.ts";

/** Steps that a life must have lived for its genome to be above suspicion. */
export const earlySteps = 2;

/** What the supervisor remembers of an agent, beside its place. */
export interface ChildState {
  /** Whether its present life was brought back after a death of the agent's own making. */
  readonly resurrected: boolean;
  /** When too many deaths are final. */
  readonly giveUp?: NonNullable<ChildSpec["giveUp"]>;
  /** When those were that count. */
  readonly deaths: readonly number[];
}

/** What a supervisor remembers. */
export interface SupervisorState {
  /** Who starts, stops and comes back. */
  readonly tree: TreeState;
  /** What its agents' lives were like. */
  readonly children: ReadonlyMap<string, ChildState>;
}

/** A supervisor that has no child yet. */
export const emptyState: SupervisorState = {
  tree: { ...treeOf(), phase: "up" },
  children: new Map(),
};

/** What happened to an agent. */
export type ChildEvent =
  | {
    readonly kind: "added";
    readonly child: string;
    readonly restart: RestartType;
    readonly backoff: Backoff;
    readonly significant?: boolean;
    readonly shutdown?: TreeChild["shutdown"];
    readonly giveUp?: ChildState["giveUp"];
  }
  | { readonly kind: "removed"; readonly child: string }
  | { readonly kind: "started"; readonly child: string }
  /** Its life was cut, which is no failure. */
  | { readonly kind: "truncated"; readonly child: string }
  /** It has nothing more to do: the one normal end that an agent has. */
  | { readonly kind: "finished"; readonly child: string }
  /** It was stopped because its supervisor wanted it so. */
  | { readonly kind: "stopped"; readonly child: string }
  | {
    readonly kind: "died";
    readonly child: string;
    readonly owner: Owner;
    readonly cause?: Cause;
    readonly phase: "birth" | "turn" | "idle";
    /** Steps lived in the life that ended. */
    readonly lived: number;
    /** A uniform number in [0, 1), for the jitter. */
    readonly roll: number;
  };

/** What is to be done about an agent. */
export type Decision =
  | { readonly kind: "none" }
  /** Restart it after a wait, from its last genome or from one further back. */
  | {
    readonly kind: "restart";
    readonly delayMs: number;
    readonly from: Choice["from"];
  }
  /** It stays down, as its spec says; `failed` until an operator clears it. */
  | { readonly kind: "remain"; readonly why: string; readonly failed?: true }
  /** Too many restarts: stop all children in reverse, then the supervisor, reason `shutdown`. */
  | { readonly kind: "escalate"; readonly why: string };

/** What was decided: about the agent that it happened to, and what else is to be done. */
export interface Decided {
  readonly state: SupervisorState;
  readonly decision: Decision;
  readonly commands: readonly TreeCommand[];
}

/** The restarts that are allowed within the period, for so many children. */
export function intensityOf(spec: Pick<SupervisorSpec, "intensity">, children: number): number {
  return spec.intensity ?? Math.max(500, 100 * children);
}

/** A supervisor's flags at this moment. */
export function flagsOf(
  spec: Pick<SupervisorSpec, "strategy" | "intensity" | "periodMs" | "autoShutdown">,
  { slots }: TreeState,
): TreeFlags {
  const { strategy, periodMs, autoShutdown } = spec;
  return { strategy, periodMs, autoShutdown, intensity: intensityOf(spec, slots.length) };
}

/**
 * What a supervisor decides when something happens to one of its agents. Who comes back, and who is
 * stopped along with it, is `tree/`'s; from which genome it comes back is decided here. A pure function:
 * time and chance are in the arguments.
 *
 * The resurrection rule: a life starts from the last committed genome that lived. If a life that was
 * brought back dies, by its own making, before it lived {@linkcode earlySteps} steps, its genome had
 * its second chance: the next starts one further back, and so on to the first. A birth that fails goes
 * back at once, since the genome cannot live at all; so does a genome that dies on probation, where the
 * agent's spec has one (`Descent`, which alone knows the way). Deaths by infrastructure or operator say nothing
 * about the genome.
 *
 * @param spec the supervisor's spec
 * @param state what it remembers
 * @param event what happened
 * @param nowMs monotonic time, in milliseconds
 */
export function decide(
  spec: Pick<SupervisorSpec, "strategy" | "intensity" | "periodMs" | "autoShutdown">,
  state: SupervisorState,
  event: ChildEvent,
  nowMs: number,
): Decided {
  const { child: name } = event;
  const scene = new Scene(spec, state.tree, nowMs);
  const child = state.children.get(name);
  const ended = (
    children: ReadonlyMap<string, ChildState>,
    decision: Decision = { kind: "none" },
  ): Decided => ({ state: { tree: scene.tree, children }, decision, commands: scene.commands });
  const having = (change: Partial<ChildState>): ReadonlyMap<string, ChildState> =>
    child === undefined
      ? state.children
      : new Map(state.children).set(name, { ...child, ...change });

  switch (event.kind) {
    case "added": {
      const { restart, backoff, significant = false, shutdown = 5000, giveUp } = event;
      const place = { id: name, restart, backoff, significant, shutdown, type: "worker" } as const;
      // Whoever asked for it has its answer already. A temporary one is never started twice.
      scene.feed({ kind: "add", spec: place, insist: restart !== "temporary" });
      const fresh = { resurrected: false, deaths: [], ...(giveUp === undefined ? {} : { giveUp }) };
      return ended(new Map(state.children).set(name, fresh));
    }
    case "removed":
      scene.feed({ kind: "stop", child: name });
      scene.end(name, "shutdown");
      scene.feed({ kind: "drop", child: name });
      return ended(without(state.children, name));
    case "started":
      scene.feed({ kind: "started", child: name, run: scene.runOf(name) });
      return ended(state.children);
    case "stopped":
      scene.end(name, "shutdown");
      return ended(state.children);
    case "truncated":
      return ended(having({ resurrected: false }));
    case "finished":
      // A permanent child that has nothing to do in this run is not one that must be restarted.
      if (scene.slotOf(name)?.spec.restart !== "permanent") scene.end(name, "normal");
      return ended(state.children);
    case "died": {
      if (child === undefined) return ended(state.children);
      const deaths = countedDeaths(child, event, nowMs);
      const final = child.giveUp !== undefined && deaths.length >= child.giveUp.deaths;
      const fate = scene.die(event, final);
      if (fate.kind !== "restart") {
        const gone = scene.slotOf(name) === undefined;
        return ended(gone ? without(state.children, name) : having({ deaths: [] }), fate);
      }
      const own = event.owner === "agent";
      const early = event.lived < earlySteps;
      const resurrected = own || (child.resurrected && early);
      const further = own && (event.phase === "birth" || (child.resurrected && early));
      const from = further ? "further" : "last";
      return ended(having({ resurrected, deaths }), { ...fate, from });
    }
  }
}

/** When the deaths were that count towards giving up, this one included. */
function countedDeaths(
  { giveUp, deaths }: ChildState,
  { owner, cause }: ChildEvent & { kind: "died" },
  nowMs: number,
): readonly number[] {
  if (giveUp === undefined) return deaths;
  const { causes, withinMs } = giveUp;
  const recent = deaths.filter((at) => at >= nowMs - withinMs);
  const counts = causes === undefined
    ? owner === "agent"
    : cause !== undefined && causes.includes(cause);
  return counts ? [...recent, nowMs] : recent;
}

/** A supervisor's tree while one event after the other is fed to it. */
class Scene {
  readonly commands: TreeCommand[] = [];

  constructor(
    private readonly spec: Parameters<typeof flagsOf>[0],
    public tree: TreeState,
    private readonly nowMs: number,
  ) {}

  slotOf(child: string): TreeState["slots"][number] | undefined {
    return this.tree.slots.find(({ spec }) => spec.id === child);
  }

  runOf(child: string): number {
    return this.slotOf(child)?.run ?? 0;
  }

  feed(event: TreeEvent): readonly TreeCommand[] {
    const { state, commands } = step(flagsOf(this.spec, this.tree), this.tree, event, this.nowMs);
    this.tree = state;
    this.commands.push(...commands);
    return commands;
  }

  end(child: string, reason: string): void {
    this.feed({ kind: "ended", child, run: this.runOf(child), reason });
  }

  /** Says what becomes of an agent that died; `from` is for its caller to say. */
  die({ child, roll }: ChildEvent & { kind: "died" }, final: boolean): Decision {
    const type = this.slotOf(child)?.spec.restart;
    const run = this.runOf(child);
    const stays = "a temporary child is never restarted";
    this.feed({ kind: "ended", child, run, reason: "died", roll, final });
    this.#tryAgain(child);
    for (const command of this.commands) {
      if (!("child" in command) || command.child !== child) continue;
      if (command.kind === "restart") {
        return { kind: "restart", delayMs: command.delayMs, from: "last" };
      }
      if (command.kind === "give-up") return { kind: "escalate", why: command.why };
    }
    const slot = this.slotOf(child);
    if (slot?.phase === "failed") {
      return { kind: "remain", why: "it died too often: an operator must clear it", failed: true };
    }
    if (type === "temporary" || slot === undefined) return { kind: "remain", why: stays };
    // Its siblings' round, or its supervisor's end, is under way: it waits for what comes of that.
    return { kind: "restart", delayMs: 0, from: "last" };
  }

  /**
   * A birth that failed is tried again: the message to itself is taken at once, so that what comes of
   * the death stands in its row.
   */
  #tryAgain(child: string): void {
    const place = this.commands.findIndex((command) =>
      command.kind === "after" && command.event.kind === "again" && command.event.child === child
    );
    const [command] = place < 0 ? [] : this.commands.splice(place, 1);
    if (command?.kind === "after") this.feed(command.event);
  }
}

function without(
  children: ReadonlyMap<string, ChildState>,
  name: string,
): ReadonlyMap<string, ChildState> {
  const rest = new Map(children);
  rest.delete(name);
  return rest;
}
