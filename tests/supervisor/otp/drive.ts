import {
  step,
  type TreeChild,
  type TreeCommand,
  type TreeEvent,
  type TreeFlags,
  treeOf,
  type TreeState,
} from "../../../src/supervisor/tree/mod.ts";
import type { Child, Op, Schedule, StartOutcome, Sup } from "./schedule.ts";

/** A supervisor under way: its state, and what its runtime knows. */
interface Running {
  readonly spec: Sup;
  readonly flags: TreeFlags;
  /** Under whom, and in which run; null for the root. */
  readonly parent: { readonly sup: Running; readonly child: string; readonly run: number } | null;
  readonly above: string;
  state: TreeState;
}

/**
 * Runs a schedule on our supervisors, with children that are ready and gone at once, and says what
 * started, stopped and gave up in the words of `trace.escript`.
 */
export function traceOf(schedule: Schedule): string {
  return new Driver().run(schedule);
}

class Driver {
  #nowMs = 1_000_000;
  #notes: string[] = [];
  #refused: string | undefined;
  readonly #kinds = new Map<string, Child["kind"]>();
  readonly #outcomes = new Map<string, StartOutcome[]>();
  readonly #sups = new Map<string, Running>();
  /** Who is up, in which run, under whom. */
  readonly #alive = new Map<string, { readonly sup: Running; readonly run: number }>();
  /** Messages that supervisors sent to themselves. */
  readonly #later: (readonly [Running, TreeEvent])[] = [];

  run({ root, ops }: Schedule): string {
    this.#learn(root);
    this.#note("(", root.id);
    this.#begin(root, null);
    this.#settle();
    const parts = [this.#part(), ...ops.map((op) => this.#operate(op))];
    const last = this.#sups.get(root.id);
    if (last !== undefined) this.#feed(last, { kind: "shutdown", reason: "shutdown" });
    return [...parts, this.#part()].join(" / ");
  }

  #learn(sup: Sup): void {
    for (const child of sup.children) this.#learnChild(child);
  }

  #learnChild({ id, kind, outcomes }: Child): void {
    this.#kinds.set(id, kind);
    this.#outcomes.set(id, [...outcomes]);
    if (kind.type === "supervisor") this.#learn(kind);
  }

  #operate(op: Op): string {
    if (op.op === "pass") {
      this.#nowMs += op.seconds * 1000;
      return "";
    }
    const sup = this.#sups.get(op.sup);
    this.#refused = undefined;
    if (op.op === "die") {
      if (sup !== undefined) this.#die(sup, op.deaths);
      this.#settle();
      return this.#part();
    }
    if (sup === undefined) return " =skip";
    if (op.op === "add") {
      const pool = sup.spec.strategy === "simple_one_for_one";
      this.#learnChild(op.child);
      const [template = op.child] = pool ? sup.spec.children : [];
      this.#feed(sup, { kind: "add", spec: { ...specOf(template), id: op.child.id } });
    } else {
      this.#feed(sup, { kind: op.op, child: op.child });
    }
    this.#settle();
    return `${this.#part()} =${this.#refused ?? "ok"}`;
  }

  #die(sup: Running, deaths: readonly (readonly [string, string])[]): void {
    const heard: TreeEvent[] = [];
    for (const [child, reason] of deaths) {
      const life = this.#alive.get(child);
      if (life === undefined) continue;
      this.#note(reason === "normal" ? "." : reason === "shutdown" ? "-" : "*", child);
      this.#alive.delete(child);
      heard.push({ kind: "ended", child, run: life.run, reason });
    }
    for (const event of heard) this.#feed(sup, event);
  }

  #settle(): void {
    for (let next = this.#later.shift(); next !== undefined; next = this.#later.shift()) {
      this.#feed(...next);
    }
  }

  #begin(spec: Sup, parent: Running["parent"]): void {
    const { strategy, intensity, periodS, autoShutdown } = spec;
    const flags = { strategy, intensity, periodMs: periodS * 1000, autoShutdown };
    const children = strategy === "simple_one_for_one" ? [] : spec.children.map(specOf);
    const running = { spec, flags, parent, above: spec.id, state: treeOf(children) };
    this.#sups.set(spec.id, running);
    this.#feed(running, { kind: "begin" });
  }

  #feed(sup: Running, event: TreeEvent): void {
    const { state, commands } = step(sup.flags, sup.state, event, this.#nowMs);
    sup.state = state;
    for (const command of commands) this.#obey(sup, command);
  }

  #obey(sup: Running, command: TreeCommand): void {
    switch (command.kind) {
      case "start":
        return this.#start(sup, command.child, command.run);
      case "stop":
        return this.#stop(sup, command.child, command.run);
      case "after":
        return void this.#later.push([sup, command.event]);
      case "up":
        this.#note(")", sup.spec.id);
        if (sup.parent !== null) {
          const { sup: above, child, run } = sup.parent;
          this.#alive.set(child, { sup: above, run });
          this.#feed(above, { kind: "started", child, run });
        }
        return;
      case "exit":
        return this.#exit(sup, command.reason);
      case "refuse":
        this.#refused = command.why;
        return;
      case "restart":
      case "give-up":
      case "rest":
      case "forget":
        return;
    }
  }

  #start(sup: Running, child: string, run: number): void {
    const outcome = this.#outcomes.get(child)?.shift() ?? "ok";
    const kind = this.#kinds.get(child);
    if (outcome === "fail") {
      this.#note("!", child);
      this.#feed(sup, { kind: "start-failed", child, run, reason: "boom" });
    } else if (outcome === "ignore") {
      this.#note("~", child);
      this.#feed(sup, { kind: "ignored", child, run });
    } else if (kind?.type === "supervisor") {
      this.#note("(", child);
      this.#begin(kind, { sup, child, run });
    } else {
      this.#note("+", child);
      this.#alive.set(child, { sup, run });
      this.#feed(sup, { kind: "started", child, run });
    }
  }

  #stop(sup: Running, child: string, run: number): void {
    const kind = this.#kinds.get(child);
    if (kind?.type === "supervisor") {
      const nested = this.#sups.get(child);
      if (nested !== undefined) this.#feed(nested, { kind: "shutdown", reason: "shutdown" });
      return;
    }
    if (this.#alive.delete(child)) {
      const { shutdown } = sup.state.slots.find(({ spec }) => spec.id === child)?.spec ?? {};
      const killed = shutdown === "brutal_kill" || (kind?.stubborn && shutdown !== "infinity");
      this.#note(killed ? "x" : "-", child);
    }
    this.#feed(sup, { kind: "ended", child, run, reason: "shutdown" });
  }

  #exit(sup: Running, reason: string): void {
    const { id } = sup.spec;
    this.#sups.delete(id);
    const failed = reason === "start-failed";
    this.#note(failed ? "!" : "-", id);
    this.#alive.delete(id);
    if (sup.parent === null) return;
    const { sup: above, child, run } = sup.parent;
    this.#feed(
      above,
      failed ? { kind: "start-failed", child, run, reason } : { kind: "ended", child, run, reason },
    );
  }

  #note(mark: string, id: string): void {
    this.#notes.push(mark + id);
  }

  #part(): string {
    const part = this.#notes.join(" ");
    this.#notes = [];
    return part;
  }
}

function specOf({ id, restart, significant, shutdown, kind: { type } }: Child): TreeChild {
  return { id, restart, significant, shutdown, type };
}
