import type { Draw } from "./draw.ts";

/** What a value of the corpus can be. */
export type Kind = "number" | "text" | "list";

/** State keys, each always of one kind: what one response stores, any later one can use. */
export const stateKeys: Readonly<Record<Kind, readonly string[]>> = {
  number: ["count", "total", "best"],
  text: ["goal", "mood"],
  list: ["notes", "seen"],
};

/** Attributes, each always of one kind. */
export const attributes: Readonly<Record<Kind, readonly string[]>> = {
  number: ["limit", "level"],
  text: ["label", "role"],
  list: ["tags"],
};

/** Agents that may live beside this one. */
export const peers = ["ada", "bob", "cyd", "dee"] as const;

/** Agents that never do. */
export const strangers = ["nobody", "ghost"] as const;

/** Names that are never defined. */
export const missing = ["missing", "unknown", "helper", "tool"] as const;

const texts = ["hello", "ready", "calm", "busy", "alive", "agent", "worker", "done"] as const;

/** The source of a value. */
export function literal(draw: Draw, kind: Kind): string {
  switch (kind) {
    case "number":
      return String(draw.int(0, 9));
    case "text":
      return `"${draw.pick(texts)}"`;
    case "list":
      return `[${draw.int(0, 9)}, ${draw.int(0, 9)}, ${draw.int(0, 9)}]`;
    default:
      return kind satisfies never;
  }
}

/** A kind, numbers more often. */
export function kindOf(draw: Draw): Kind {
  return draw.weighted<Kind>([[5, "number"], [3, "text"], [2, "list"]]);
}
