/**
 * Why a life ends: a closed list, append-only (DESIGN.md part 4). The order is the order of the
 * document; the text is what a person reads.
 */
export const causes = {
  syntax: { owner: "agent", text: "its code does not parse" },
  exception: { owner: "agent", text: "an error escaped its handler" },
  rejection: { owner: "agent", text: "a promise was rejected and nobody caught it" },
  "stack-overflow": { owner: "agent", text: "its calls went too deep" },
  hang: { owner: "agent", text: "a step ran past its deadline" },
  cpu: { owner: "agent", text: "it used up its processor time" },
  heap: { owner: "agent", text: "its heap ran full" },
  memory: { owner: "agent", text: "it took too much memory outside the heap" },
  flood: { owner: "agent", text: "it sent, printed or asked too much" },
  harm: { owner: "agent", text: "it reached for a power that it was not given" },
  exit: { owner: "agent", text: "it ended its own process" },
  flatline: { owner: "agent", text: "its loop has ended: it can take no further edit" },
  contract: { owner: "agent", text: "its genome cannot be inherited" },
  forgery: { owner: "agent", text: "it forged a frame" },
  starvation: { owner: "agent", text: "it spent all its energy" },
  spawn: { owner: "agent", text: "it could not be born" },
  llm: { owner: "infrastructure", text: "the model did not answer" },
  cell: { owner: "infrastructure", text: "its process died and it is not to blame" },
  host: { owner: "infrastructure", text: "the machine was lost" },
  shutdown: { owner: "operator", text: "the house was shut down" },
  operator: { owner: "operator", text: "a person ended it" },
} as const satisfies Record<
  string,
  { owner: "agent" | "infrastructure" | "operator"; text: string }
>;

/** A cause of death. */
export type Cause = keyof typeof causes;

/** Who is to blame for a death: only an agent's own deaths are punished. */
export type Owner = typeof causes[Cause]["owner"];

/** All causes, in the order of the list. */
export const causeNames = Object.keys(causes) as Cause[];

/**
 * Who owns a cause.
 *
 * @param cause a cause of death
 * @returns the agent itself, the infrastructure, or an operator
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals([ownerOf("hang"), ownerOf("llm")], ["agent", "infrastructure"]);
 * ```
 */
export function ownerOf(cause: Cause): Owner {
  return causes[cause].owner;
}
