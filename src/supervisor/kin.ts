import { Bonds, type Down } from "../actor/mod.ts";
import type { EventBus, HouseEvent } from "../core/events.ts";
import type { Json } from "../core/json.ts";
import type { ChildSpec } from "./spec.ts";

/** What becomes of those who are linked to the dead. */
export interface KinOptions {
  readonly bus: EventBus;
  /** Ends the present life of one that was linked to the dead. */
  end(agent: string, why: string): void;
  /** Tells one that traps exits. */
  tell(agent: string, body: Json): void;
}

/**
 * Who watches whom, and who dies with whom. It lives by what the bus tells, so it acts on a death when
 * that is committed, and not before.
 */
export class Kin {
  readonly #bonds = new Bonds();
  readonly #options: KinOptions;

  constructor(options: KinOptions) {
    this.#options = options;
    options.bus.subscribe((event) => this.#hear(event));
  }

  /** Takes an agent's links and its trap from its spec. */
  adopt({ name, links, trapExit }: Pick<ChildSpec, "name" | "links" | "trapExit">): void {
    if (trapExit) this.#bonds.trapExit(name);
    for (const other of links) this.#bonds.link(name, other);
  }

  /** Tells once when the agent's present life ends, of what; at once, if it has none. */
  monitor(agent: string, onDown: (down: Down) => void): () => void {
    return this.#bonds.monitor(agent, onDown);
  }

  /** An agent is gone for good. */
  forget(agent: string): void {
    this.#bonds.forget(agent);
  }

  #hear({ kind, agent, life, cause }: HouseEvent): void {
    if (agent === undefined || life === undefined) return;
    if (kind === "life.started") this.#bonds.began(agent, life);
    else if (kind === "life.died") this.#ended(agent, life, cause ?? "unknown");
    else if (kind === "life.truncated") this.#ended(agent, life, "normal");
  }

  #ended(agent: string, life: number, reason: string): void {
    for (const { survivor, dies } of this.#bonds.ended(agent, life, reason)) {
      if (dies) this.#options.end(survivor, `linked to '${agent}', which died of '${reason}'`);
      else this.#options.tell(survivor, { exit: { agent, life, reason } });
    }
  }
}
