import type { Cause } from "../../src/death/mod.ts";
import type { Kind } from "./words.ts";

/** A method as its callers know it. */
export interface Signature {
  readonly name: string;
  readonly parameters: readonly Kind[];
  readonly returns: Kind;
}

/**
 * What the writer of the next response can know: what stands in the previous one. An agent's prompt
 * is its last response and nothing else, so the corpus never leans on anything older, but for what
 * holds of the agent as a whole.
 */
export interface World {
  /** Methods that the previous response defined. */
  readonly visible: readonly Signature[];
  /** Whether an earlier response made `execute` catch errors; then those do not kill. */
  readonly guarded: boolean;
}

/** An agent as it is born. */
export const newborn: World = { visible: [], guarded: false };

/** A piece of a program: statements, and what they change. */
export interface Move {
  readonly source: string;
  readonly defines?: readonly Signature[];
  /** It makes `execute` catch errors, or catch them no more. */
  readonly guards?: boolean;
  /** It ends in a `return`: nothing may follow. */
  readonly returns?: boolean;
}

/** What becomes of an agent that executes a response. */
export type Label = "ok" | Cause;

/** A response in its place. */
export interface Example {
  /** The previous response that lived, a first query, or a message. */
  readonly prompt: string;
  readonly response: string;
  readonly label: Label;
  /** Which part of the grammar wrote it, e.g. `define`, `harm`. */
  readonly kind: string;
}
