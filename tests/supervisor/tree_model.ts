import { assert, assertEquals } from "@std/assert";
import {
  step,
  type TreeChild,
  type TreeCommand,
  type TreeEvent,
  type TreeFlags,
  treeOf,
  type TreeState,
} from "../../src/supervisor/tree/mod.ts";

/** What becomes of a child's run, as the world outside of the supervisor knows it. */
interface Run {
  readonly child: string;
  phase: "starting" | "up" | "stopping";
}

/**
 * A supervisor whose children take their time: starts and stops are answered when the test says so, in
 * any order that processes could answer in, with deaths in between. It checks after every step what
 * must hold whatever happens.
 */
export class SlowTree {
  readonly flags: TreeFlags;
  state: TreeState;
  nowMs = 0;
  /** Commands so far, in short: `start a`, `stop b`, `exit shutdown`. */
  readonly log: string[] = [];
  /** Who is there, by run. */
  readonly runs = new Map<number, Run>();
  /** Messages that the supervisor sent to itself: when they are due, in order. */
  readonly later: { readonly atMs: number; readonly event: TreeEvent }[] = [];

  constructor(
    flags: Partial<TreeFlags>,
    children: readonly (Partial<TreeChild> & { id: string })[],
  ) {
    this.flags = {
      strategy: "one_for_one",
      intensity: 1,
      periodMs: 5000,
      autoShutdown: "never",
      ...flags,
    };
    this.state = treeOf(children.map(childOf));
  }

  feed(event: TreeEvent): void {
    const before = structuredClone(this.state);
    const { state, commands } = step(this.flags, this.state, event, this.nowMs);
    assertEquals(this.state, before, "a step changes nothing but what it returns");
    this.state = state;
    for (const command of commands) this.#obey(command);
    this.#check();
  }

  /** The run of a child that is there. */
  runOf(child: string): number {
    const found = [...this.runs].find(([, run]) => run.child === child);
    assert(found !== undefined, `${child} is not there`);
    return found[0];
  }

  /** A child says that it is ready. */
  ready(child: string): void {
    const run = this.runOf(child);
    const known = this.runs.get(run);
    if (known?.phase === "starting") known.phase = "up";
    this.feed({ kind: "started", child, run });
  }

  /** A child ends: by itself, as it was told, or before it was ready. */
  end(child: string, reason = "crash"): void {
    const run = this.runOf(child);
    const starting = this.runs.get(run)?.phase === "starting";
    this.runs.delete(run);
    this.feed({ kind: starting ? "start-failed" : "ended", child, run, reason });
  }

  /** The next message to itself comes, and time with it; false if there is none. */
  wake(): boolean {
    const [next] = this.later.sort((a, b) => a.atMs - b.atMs).splice(0, 1);
    if (next === undefined) return false;
    this.nowMs = Math.max(this.nowMs, next.atMs);
    this.feed(next.event);
    return true;
  }

  /** What came since the last look. */
  took(): string[] {
    return this.log.splice(0);
  }

  #obey(command: TreeCommand): void {
    switch (command.kind) {
      case "start":
        for (const run of this.runs.values()) {
          assert(run.child !== command.child, `${command.child} is started twice`);
        }
        this.runs.set(command.run, { child: command.child, phase: "starting" });
        break;
      case "stop": {
        // It may be gone already, and its end on the way.
        const run = this.runs.get(command.run);
        if (run !== undefined) run.phase = "stopping";
        break;
      }
      case "after":
        this.later.push({ atMs: this.nowMs + command.ms, event: command.event });
        return;
      case "restart":
      case "give-up":
      case "rest":
      case "forget":
        return;
      case "refuse":
      case "up":
      case "exit":
        break;
    }
    const what = "child" in command ? ` ${command.child}` : "";
    this.log.push(`${command.kind}${what}${command.kind === "refuse" ? ` ${command.why}` : ""}`);
  }

  #check(): void {
    const { state, flags, runs } = this;
    if (flags.strategy === "one_for_all" || flags.strategy === "rest_for_one") {
      // What a person adds or revives starts at once; what a round starts, one after the other.
      const starting = state.slots.filter(({ phase, purpose }) =>
        phase === "starting" && (purpose === "init" || purpose === "restart")
      );
      assert(state.job?.kind === "exit" || starting.length <= 1, "one start at a time");
    }
    if (state.phase === "ended") assertEquals(runs.size, 0, "no orphan is left");
    // Whoever is there has a place.
    for (const { child } of runs.values()) {
      assert(state.slots.some(({ spec }) => spec.id === child), `${child} has no place`);
    }
    if (state.phase === "up" && state.job === null) assertEquals(state.inbox, []);
  }
}

/** A child spec with OTP's defaults. */
export function childOf(child: Partial<TreeChild> & { readonly id: string }): TreeChild {
  return { restart: "permanent", significant: false, shutdown: 5000, type: "worker", ...child };
}
