import type { Clock } from "../core/clock.ts";
import { VivariumError } from "../core/errors.ts";
import { type ChildEvent, decide, type Decision, emptyState, flagsOf } from "./decision.ts";
import {
  checkPlace,
  type ChildSpec,
  type NestedSpec,
  placeOf,
  type SupervisorSpec,
  type Template,
} from "./spec.ts";
import { type Node, nodeView, type SupervisorView } from "./node.ts";
import { type Slot, step, type TreeCommand, type TreeEvent, treeOf } from "./tree/mod.ts";

/** What the hierarchy asks of an agent. */
export interface Resident {
  /** Whether it takes no further turn in this run. */
  readonly rests: boolean;
  /** It may live. */
  admit(): void;
  /** Ends its present life as its spec says; it may be admitted again. */
  park(): Promise<void>;
  /** It has no place any more: ends for good. */
  dismiss(why: string): Promise<void>;
}

/** What a hierarchy works with. */
export interface HierarchyOptions {
  readonly clock: Clock;
  readonly root: SupervisorSpec;
  /** The agents that are there. */
  find(agent: string): Resident | undefined;
  /** A supervisor under the root died too often, or ended by itself. */
  onEnded(supervisor: string, why: string): void;
  /** The root has ended: everything is to go down. */
  onRootEnded(end: "shutdown" | "escalated"): void;
  /** The supervisors under the root are other ones now. */
  onChange(): void;
  trouble(error: unknown): void;
}

/**
 * The supervisors of the house: the root, and those under it. Each decides by itself (`decision.ts`,
 * `tree/`); here its commands are carried out, on agents and on supervisors alike. What an agent lives
 * through, and what is written about it, is the agent's own business.
 */
export class Hierarchy {
  readonly #options: HierarchyOptions;
  readonly #root: Node;
  readonly #nodes = new Map<string, Node>();
  /** Under whom each agent is. */
  readonly #homes = new Map<string, Node>();
  /** What was decided about a death that is not committed yet, by agent. */
  readonly #deferred = new Map<string, readonly TreeCommand[]>();
  readonly #timers = new Set<() => void>();
  #closed = false;

  constructor(options: HierarchyOptions) {
    this.#options = options;
    this.#root = { spec: options.root, nested: null, parent: null, run: 0, state: emptyState };
    this.#nodes.set(options.root.name, this.#root);
  }

  /** All supervisors, each after the one that it is under. */
  views(): SupervisorView[] {
    const nowMs = this.#options.clock.monotonic();
    return [...this.#nodes.values()].map((node) => nodeView(node, nowMs));
  }

  /** The specs of those under the root, each after the one that it is under. */
  nested(): NestedSpec[] {
    return [...this.#nodes.values()].flatMap(({ nested }) => nested ?? []);
  }

  has(supervisor: string): boolean {
    return this.#nodes.has(supervisor);
  }

  /** What the agents of a pool have in common; undefined for a supervisor that is none, or not there. */
  templateOf(name = this.#root.spec.name): Partial<Template> | undefined {
    const spec = this.#nodes.get(name)?.spec;
    return spec?.strategy === "simple_one_for_one" ? spec.template ?? {} : undefined;
  }

  /** The spec of a supervisor that takes children. Throws `not-found`, `unavailable`. */
  checkHome(name: string | undefined, child: Pick<ChildSpec, "restart" | "significant">): void {
    const { spec, state: { tree } } = this.#node(name);
    if (tree.phase === "stopping" || tree.phase === "ended") {
      throw new VivariumError("unavailable", `'${spec.name}' takes no child: it has ended`);
    }
    checkPlace(spec, child);
  }

  /** Starts a supervisor under another. Throws as {@linkcode checkHome}. */
  addSupervisor(nested: NestedSpec): void {
    const { name: id, supervisor, restart, significant, backoff } = nested;
    this.checkHome(supervisor, nested);
    const parent = this.#node(supervisor);
    const { tree } = emptyState;
    const state = { ...emptyState, tree: { ...tree, phase: "new" as const } };
    this.#nodes.set(id, { spec: nested, nested, parent, run: 0, state });
    const shutdown = "infinity";
    const place = { id, restart, significant, backoff, shutdown, type: "supervisor" } as const;
    this.#feed(parent, { kind: "add", spec: place, insist: true });
  }

  /** Gives an agent its place; its supervisor admits it. */
  addAgent(spec: Omit<ChildSpec, "genome">): void {
    const node = this.#nodes.get(spec.supervisor ?? "") ?? this.#root;
    this.#homes.set(spec.name, node);
    // One that failed for good has its place still: it is revived there.
    if (this.#slot(node, spec.name) !== undefined) {
      return this.#feed(node, { kind: "revive", child: spec.name, insist: true });
    }
    const { id: child, ...place } = placeOf(spec);
    const giveUp = spec.giveUp === undefined ? {} : { giveUp: spec.giveUp };
    this.decide({ kind: "added", child, ...place, backoff: spec.backoff, ...giveUp });
  }

  /** Tells an agent's supervisor what happened to it. What follows a death waits for `carryOut`. */
  decide(event: ChildEvent): Decision {
    const node = this.#homes.get(event.child);
    if (node === undefined) return { kind: "none" };
    if (event.kind === "removed") this.#homes.delete(event.child);
    const nowMs = this.#options.clock.monotonic();
    const { state, decision, commands } = decide(node.spec, node.state, event, nowMs);
    node.state = state;
    if (event.kind === "died") this.#deferred.set(event.child, commands);
    else this.#obeyAll(node, commands);
    return decision;
  }

  /** Carries out what was decided about an agent's death: it is committed now. */
  carryOut(agent: string): void {
    const commands = this.#deferred.get(agent);
    this.#deferred.delete(agent);
    const node = this.#homes.get(agent);
    if (commands !== undefined) this.#obeyAll(node ?? this.#root, commands);
  }

  /** Stops a supervisor with all that is under it, last to first, and forgets it. */
  async removeSupervisor(name: string): Promise<void> {
    const node = this.#node(name);
    const { parent } = node;
    if (parent === null) {
      throw new VivariumError("conflict", `cannot remove '${name}': the house ends with it`);
    }
    node.removed ??= Promise.withResolvers();
    this.#feed(parent, { kind: "stop", child: name });
    // One that waits for its restart, or has ended, is down already.
    if (this.#slot(parent, name)?.phase === "down") {
      this.#forget(node, "its supervisor was removed");
    }
    await node.removed.promise;
  }

  /** From now on nobody is started or stopped from here: the house goes down. */
  close(): void {
    this.#closed = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
  }

  /**
   * Has every agent stopped, last to first, each when the one after it is down; those of a pool at once.
   *
   * @param stop stops an agent, and waits until it is down
   */
  async takeDown(stop: (agent: string) => Promise<void>, node = this.#root): Promise<void> {
    const children = node.state.tree.slots.map(({ spec }) => spec.id).reverse();
    const end = (child: string): Promise<void> => {
      const nested = this.#nodes.get(child);
      return nested === undefined ? stop(child) : this.takeDown(stop, nested);
    };
    if (node.spec.strategy === "simple_one_for_one") await Promise.all(children.map(end));
    else for (const child of children) await end(child);
  }

  #node(name = this.#root.spec.name): Node {
    const node = this.#nodes.get(name);
    if (node !== undefined) return node;
    throw new VivariumError("not-found", `there is no supervisor '${name}'`, {
      hint: "GET /v1/supervisors lists them",
      data: { field: "supervisor" },
    });
  }

  #slot({ state }: Node, child: string): Slot | undefined {
    return state.tree.slots.find(({ spec }) => spec.id === child);
  }

  #feed(node: Node, event: TreeEvent): void {
    if (this.#closed) return;
    const { tree } = node.state;
    const nowMs = this.#options.clock.monotonic();
    const { state, commands } = step(flagsOf(node.spec, tree), tree, event, nowMs);
    node.state = { ...node.state, tree: state };
    this.#obeyAll(node, commands);
  }

  #obeyAll(node: Node, commands: readonly TreeCommand[]): void {
    for (const command of commands) {
      if (this.#closed) return;
      this.#obey(node, command);
    }
  }

  #obey(node: Node, command: TreeCommand): void {
    const { phase } = node.state.tree;
    if (node === this.#root && phase !== "up") {
      // The house knows how to go down, with its own time-outs.
      const escalates = command.kind === "give-up";
      if (escalates && this.#isNested(command.child)) {
        this.#options.onEnded(node.spec.name, command.why);
      }
      if (escalates || command.kind !== "forget") {
        this.close();
        this.#options.onRootEnded(escalates ? "escalated" : "shutdown");
      }
      return;
    }
    switch (command.kind) {
      case "start":
        return this.#start(node, command.child, command.run);
      case "stop":
        return this.#stop(node, command.child, command.run);
      case "after":
        return this.#later(node, command.ms, command.event);
      case "give-up":
        node.gaveUp = true;
        // An agent's own chronicle tells of what its death led to.
        if (this.#isNested(command.child)) this.#options.onEnded(node.spec.name, command.why);
        return;
      case "rest": {
        const nested = this.#nodes.get(command.child);
        if (nested !== undefined) {
          this.#dismissAll(nested, `its supervisor '${command.child}' has ended`);
        }
        return;
      }
      case "forget":
        return this.#drop(node, command.child);
      case "up":
        if (node.parent === null) return;
        return this.#feed(node.parent, { kind: "started", child: node.spec.name, run: node.run });
      case "exit":
        return this.#ended(node, command.reason, command.why);
      case "restart":
      case "refuse":
        return;
    }
  }

  #isNested(child: string): boolean {
    return this.#nodes.has(child);
  }

  #start(node: Node, child: string, run: number): void {
    const slot = this.#slot(node, child);
    // It may have been stopped between the decision and the commit of the death that led to it.
    if (slot?.run !== run || slot.phase !== "starting") return;
    const nested = this.#nodes.get(child);
    if (nested !== undefined) {
      nested.run = run;
      const specs = nested.state.tree.slots.map(({ spec }) => spec);
      nested.state = { ...nested.state, tree: treeOf(specs) };
      return this.#feed(nested, { kind: "begin" });
    }
    const resident = this.#options.find(child);
    if (resident === undefined || resident.rests) this.#feed(node, { kind: "ignored", child, run });
    else resident.admit();
  }

  #stop(node: Node, child: string, run: number): void {
    const slot = this.#slot(node, child);
    if (slot?.run !== run || slot.phase !== "stopping") return;
    const nested = this.#nodes.get(child);
    if (nested !== undefined) return this.#feed(nested, { kind: "shutdown", reason: "shutdown" });
    const ended = (): void => this.#feed(node, { kind: "ended", child, run, reason: "shutdown" });
    const resident = this.#options.find(child);
    if (resident === undefined || resident.rests) return ended();
    resident.park().then(ended).catch(this.#options.trouble);
  }

  #later(node: Node, ms: number, event: TreeEvent): void {
    if (ms === 0) return queueMicrotask(() => this.#feed(node, event));
    const cancel = this.#options.clock.after(ms, () => {
      this.#timers.delete(cancel);
      this.#feed(node, event);
    });
    this.#timers.add(cancel);
  }

  /** A supervisor is down, and all under it: the one above decides what comes of that. */
  #ended(node: Node, reason: string, why: string): void {
    const { parent, run, spec: { name: child } } = node;
    if (parent === null) return;
    // By itself, and not because the one above stopped it.
    const byItself = this.#slot(parent, child)?.phase === "up";
    if (byItself && !node.gaveUp) this.#options.onEnded(child, why);
    node.gaveUp = false;
    this.#feed(
      parent,
      reason === "start-failed"
        ? { kind: "start-failed", child, run, reason: why }
        : { kind: "ended", child, run, reason },
    );
    if (node.removed !== undefined) this.#forget(node, "its supervisor was removed");
  }

  /** A child has lost its place. */
  #drop(node: Node, child: string): void {
    const nested = this.#nodes.get(child);
    if (nested !== undefined) return this.#forget(nested, `its supervisor '${child}' has ended`);
    if (this.#homes.get(child) === node) this.#homes.delete(child);
    const why = `'${node.spec.name}' has no place for it any more: it is temporary`;
    const resident = this.#options.find(child);
    if (resident?.rests === false) resident.dismiss(why).catch(this.#options.trouble);
  }

  #dismissAll(node: Node, why: string): void {
    for (const { spec: { id } } of node.state.tree.slots) {
      const nested = this.#nodes.get(id);
      if (nested !== undefined) this.#dismissAll(nested, why);
      else this.#options.find(id)?.dismiss(why).catch(this.#options.trouble);
    }
  }

  #forget(node: Node, why: string): void {
    this.#dismissAll(node, why);
    this.#erase(node);
    this.#options.onChange();
    node.removed?.resolve();
  }

  #erase(node: Node): void {
    const { spec: { name }, parent } = node;
    if (!this.#nodes.delete(name)) return;
    for (const { spec: { id } } of node.state.tree.slots) {
      this.#homes.delete(id);
      const nested = this.#nodes.get(id);
      if (nested !== undefined) this.#erase(nested);
    }
    if (parent !== null) this.#feed(parent, { kind: "drop", child: name });
  }
}
