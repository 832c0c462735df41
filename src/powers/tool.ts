import type { Json } from "../core/json.ts";
import { type InputSchema, parseInput, type Power, type PowerUse } from "./types.ts";

/** A function of the host. */
export interface ToolPowerOptions<Input> {
  /** One line: what it does. */
  readonly about: string;
  /** What it takes, a schema of zod for one; an input of another shape is the agent's error. */
  readonly input: InputSchema<Input>;
  /** Does it. What it returns goes to the agent as JSON. */
  run(input: Input, by: PowerUse): Json | Promise<Json>;
}

/**
 * A function of the host as a power: called by message, with an input that has been checked.
 *
 * @param options see {@linkcode ToolPowerOptions}
 */
export function toolPower<Input>(options: ToolPowerOptions<Input>): Power {
  const { about, input: schema } = options;
  return {
    kind: "tool",
    about,
    use: async (input, by) => await options.run(parseInput("the tool", schema, input), by),
  };
}
