import type { Json } from "../core/json.ts";

/**
 * What an agent is made of. Immutable, content-addressed: the same genome has the same hash, whoever
 * made it. What is not in here does not outlive a step, except the agent's `query`.
 */
export interface Genome {
  /** Source text of each method, by name; `handle`, `step` and `execute` are always among them. */
  readonly methods: Readonly<Record<string, string>>;
  /** The agent's `state`: plain data. */
  readonly state: Json;
  /** Its other own values (attributes), by name: plain data. */
  readonly attributes: Readonly<Record<string, Json>>;
}

/** The methods without which an agent has no loop; after an edit of one, it is probed. */
export const vitalMethods = ["handle", "step", "execute"] as const;

/**
 * The genome that every agent starts from, unless its child spec brings another.
 *
 * - `handle(message)`: a tick is a step; a tell becomes the next query, quoted; an ask is answered
 *   by the model.
 * - `step()`: asks the model with the present query, and executes what it answers.
 * - `execute(response)`: the response becomes the query; `evaluate` runs it. An error escapes, and
 *   kills.
 */
export const firstGenome: Genome = {
  methods: {
    handle: `async handle(message) {
  if (message.kind === "tick") return await this.step();
  const words = message.from + " says " + JSON.stringify(message.body);
  if (message.kind === "ask") return await this.llm(words);
  this.query = words;
}`,
    step: `async step() {
  return await this.execute(await this.llm(this.query));
}`,
    execute: `async execute(response) {
  this.query = response;
  return await evaluate(response);
}`,
  },
  state: {},
  attributes: {},
};
