import { VivariumError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";

/** Names of powers, as agents write them. */
export const powerNamePattern = /^[a-z][a-z0-9_-]{0,62}$/;

/** What kinds of power there are. */
export const powerKinds = ["folder", "fetch", "tool"] as const;

/** Who uses a power, and until when it makes sense. */
export interface PowerUse {
  /** Name of the agent. */
  readonly agent: string;
  /** Aborted when the turn is over, or the power has had its time. */
  readonly signal: AbortSignal;
}

/** Something that agents may be granted the use of. */
export interface Power {
  /** What kind of power it is. */
  readonly kind: typeof powerKinds[number];
  /** One line: what it gives. */
  readonly about: string;
  /**
   * Uses it.
   *
   * @throws {VivariumError} `forbidden` for what the power does not give, which is an attempt at harm;
   * any other code is an error that the agent may catch
   */
  use(input: Json, by: PowerUse): Promise<Json>;
}

/** The powers of a house, by name. */
export type Powers = Readonly<Record<string, Power>>;

/** What checks an input: a schema of zod is one. */
export interface InputSchema<Input> {
  /** Says what is right, or what is wrong and where. */
  safeParse(input: unknown):
    | { readonly success: true; readonly data: Input }
    | {
      readonly success: false;
      readonly error: {
        readonly issues: readonly {
          readonly path: readonly PropertyKey[];
          readonly message: string;
        }[];
      };
    };
}

/** Checks what an agent passed; a shape that is wrong is the agent's error, and no harm. */
export function parseInput<T>(power: string, schema: InputSchema<T>, input: Json): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue?.path.map(String).join(".") || "its input";
  throw new VivariumError("bad-request", `cannot use ${power}: '${place}': ${issue?.message}`);
}

/** What lies outside of a power: an attempt at it is harm. */
export function outside(what: string): VivariumError {
  return new VivariumError("forbidden", what);
}
