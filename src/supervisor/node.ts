import type { SupervisorState } from "./decision.ts";
import type { Json } from "../core/json.ts";
import { intensityOf } from "./decision.ts";
import type { NestedSpec, SupervisorSpec } from "./spec.ts";
import type { AutoShutdown, RestartType, SlotPhase, Strategy, TreeState } from "./tree/mod.ts";

/** A supervisor under way. */
export interface Node {
  readonly spec: SupervisorSpec;
  /** Its place under another; null for the root. */
  readonly nested: NestedSpec | null;
  readonly parent: Node | null;
  /** Its run under its parent. */
  run: number;
  state: SupervisorState;
  /** Whether its children died too often for it to go on. */
  gaveUp?: boolean;
  /** Set when it is being removed; resolves when it is gone. */
  removed?: PromiseWithResolvers<void>;
}

/** A supervisor as it is at this moment. */
export interface SupervisorView {
  readonly name: string;
  /** Under whom it is; null for the root. */
  readonly supervisor: string | null;
  readonly strategy: Strategy;
  readonly intensity: number;
  readonly periodMs: number;
  readonly autoShutdown: AutoShutdown;
  /** Of a pool: what its agents have in common; null for any other. */
  readonly template: Json;
  readonly restart: RestartType;
  readonly significant: boolean;
  readonly phase: Exclude<TreeState["phase"], "new"> | "down";
  /** Restarts within the present window. */
  readonly restarts: number;
  /** In start order. */
  readonly children: readonly {
    readonly name: string;
    readonly type: "worker" | "supervisor";
    readonly restart: RestartType;
    readonly significant: boolean;
    readonly phase: SlotPhase;
  }[];
}

/** A supervisor as a view. */
export function nodeView({ spec, nested, parent, state }: Node, nowMs: number): SupervisorView {
  const { tree } = state;
  const { name, strategy, periodMs, autoShutdown } = spec;
  return {
    name,
    supervisor: parent?.spec.name ?? null,
    strategy,
    intensity: intensityOf(spec, tree.slots.length),
    periodMs,
    autoShutdown,
    template: strategy === "simple_one_for_one"
      ? JSON.parse(JSON.stringify(spec.template ?? {}))
      : null,
    restart: nested?.restart ?? "permanent",
    significant: nested?.significant ?? false,
    phase: tree.phase === "new" ? "down" : tree.phase,
    restarts: tree.restarts.filter((at) => at >= nowMs - periodMs).length,
    children: tree.slots.map(({ spec: { id, type, restart, significant }, phase }) => ({
      name: id,
      type,
      restart,
      significant,
      phase,
    })),
  };
}
