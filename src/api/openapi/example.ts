import type { Json } from "../../core/json.ts";

/** An example of an operation: what is sent, and what comes back by status. */
export interface Example {
  readonly request?: Json;
  /** Of the status's first kind of content. */
  readonly responses: Readonly<Record<number, Json>>;
}
