import { VivariumError } from "../core/errors.ts";
import type { AgentRow, Store } from "../store/types.ts";
import type { AgentRunner } from "./agent.ts";
import { absent } from "./letters.ts";
import { type AgentView, viewOf } from "./options.ts";
import { allAgents } from "./recovery.ts";

/** The agents of a house by name: those with a runner, and those of which only a row is left. */
export class AgentRegistry {
  readonly #store: Store;
  readonly #runners = new Map<string, AgentRunner>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** All runners, in the order in which they were started. */
  get runners(): AgentRunner[] {
    return [...this.#runners.values()];
  }

  add(runner: AgentRunner): void {
    this.#runners.set(runner.name, runner);
  }

  /** Forgets a runner; its row stays. */
  drop(name: string): void {
    this.#runners.delete(name);
  }

  /** An agent's runner, if it has one. */
  find(name: string): AgentRunner | undefined {
    return this.#runners.get(name);
  }

  /** An agent's runner. Throws `not-found`; `unavailable` for an agent without one. */
  need(name: string): AgentRunner {
    const runner = this.#runners.get(name);
    if (runner !== undefined) return runner;
    this.look(name);
    throw absent(name);
  }

  /** Whether an agent, up or down, has the name. */
  has(name: string): boolean {
    return this.#runners.has(name) || this.#store.agent(name) !== undefined;
  }

  /** All agents in start order, those that are down included. */
  list(): AgentView[] {
    return allAgents(this.#store).map((row) => this.#view(row.name, row));
  }

  /** One agent. Throws `not-found`. */
  look(name: string): AgentView {
    return this.#view(name, this.#store.agent(name));
  }

  #view(name: string, row: AgentRow | undefined): AgentView {
    const runner = this.#runners.get(name);
    const present = runner?.row ?? row;
    if (present !== undefined) return viewOf(present, runner);
    throw new VivariumError("not-found", `there is no agent '${name}'`, {
      hint: "GET /v1/agents lists them",
      data: { agent: name },
    });
  }
}
