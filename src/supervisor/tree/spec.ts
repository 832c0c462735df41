import { z } from "zod";
import { VivariumError } from "../../core/errors.ts";
import { type Backoff, backoffSchema } from "../backoff.ts";

/** When an ended child comes back: always; only after an abnormal end; never. */
export const restartTypes = ["permanent", "transient", "temporary"] as const;

/** When an ended child comes back. */
export type RestartType = typeof restartTypes[number];

/** Who is restarted along with a child that died. */
export const strategies = [
  "one_for_one",
  "one_for_all",
  "rest_for_one",
  "simple_one_for_one",
] as const;

/** Who is restarted along with a child that died. */
export type Strategy = typeof strategies[number];

/** Whether the normal end of significant children ends their supervisor. */
export const autoShutdowns = ["never", "any_significant", "all_significant"] as const;

/** Whether the normal end of significant children ends their supervisor. */
export type AutoShutdown = typeof autoShutdowns[number];

/** How a child is stopped: asked, then killed after so many milliseconds; killed at once; asked. */
export type Shutdown = number | "brutal_kill" | "infinity";

/** Parses how a child is stopped. */
export const shutdownSchema = z.union([
  z.int().min(0).max(600_000),
  z.literal("brutal_kill"),
  z.literal("infinity"),
]) satisfies z.ZodType<Shutdown>;

/** A supervisor's flags, as the decision needs them. */
export interface TreeFlags {
  readonly strategy: Strategy;
  /** More restarts than this within the period end the supervisor. */
  readonly intensity: number;
  readonly periodMs: number;
  readonly autoShutdown: AutoShutdown;
}

/** A child spec, as the decision needs it. */
export interface TreeChild {
  readonly id: string;
  readonly restart: RestartType;
  readonly significant: boolean;
  readonly shutdown: Shutdown;
  readonly type: "worker" | "supervisor";
  /** How long its restarts wait. Undefined: not at all, as in OTP. */
  readonly backoff?: Backoff;
}

/** A supervisor's flags as they are written: defaults are OTP's. */
export const treeFlagsSchema = z.strictObject({
  strategy: z.enum(strategies).default("one_for_one"),
  intensity: z.int().min(0).default(1),
  periodMs: z.int().min(1).max(86_400_000).default(5000),
  autoShutdown: z.enum(autoShutdowns).default("never"),
});

/** A child spec as it is written: defaults are OTP's. */
export const treeChildSchema = z.strictObject({
  id: z.string().min(1).max(64),
  restart: z.enum(restartTypes).default("permanent"),
  significant: z.boolean().default(false),
  shutdown: shutdownSchema.optional(),
  type: z.enum(["worker", "supervisor"]).default("worker"),
  backoff: backoffSchema.optional(),
}).transform(({ shutdown, backoff, ...rest }): TreeChild => ({
  ...rest,
  shutdown: shutdown ?? (rest.type === "supervisor" ? "infinity" : 5000),
  ...(backoff === undefined ? {} : { backoff }),
}));

/** What a child spec says against its supervisor's flags, or against itself. */
export function contradictionOf(
  flags: Pick<TreeFlags, "autoShutdown">,
  child: Pick<TreeChild, "restart" | "significant">,
): { readonly field: string; readonly message: string } | undefined {
  if (!child.significant) return undefined;
  if (flags.autoShutdown === "never") {
    return {
      field: "significant",
      message: "contradicts 'autoShutdown': its supervisor's is 'never'",
    };
  }
  if (child.restart === "permanent") {
    return {
      field: "significant",
      message: "contradicts 'restart': a permanent child never ends for good",
    };
  }
  return undefined;
}

/**
 * Merges the defaults of a supervisor's flags and of its children's specs, and checks them.
 *
 * @throws {VivariumError} `bad-request`, with the name of the first field that is wrong, or of the
 * one that contradicts another
 */
export function parseTree(
  flags: unknown,
  children: readonly unknown[] = [],
): { readonly flags: TreeFlags; readonly children: readonly TreeChild[] } {
  const good = parse("the supervisor", treeFlagsSchema, flags);
  const seen = new Set<string>();
  const specs = children.map((each, index) => {
    const child = parse(`children.${index}`, treeChildSchema, each);
    const wrong = contradictionOf(good, child);
    if (wrong !== undefined) throw refused(`child '${child.id}'`, wrong.field, wrong.message);
    if (seen.has(child.id)) throw refused(`child '${child.id}'`, "id", "is taken by another child");
    seen.add(child.id);
    return child;
  });
  if (good.strategy === "simple_one_for_one" && specs.length > 0) {
    throw refused(
      "the supervisor",
      "children",
      "contradicts 'strategy': a pool of simple_one_for_one begins empty",
    );
  }
  return { flags: good, children: specs };
}

function parse<T>(what: string, schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  throw refused(what, issue?.path.join(".") || (unknown ?? what), issue?.message ?? "is wrong");
}

function refused(what: string, field: string, message: string): VivariumError {
  return new VivariumError("bad-request", `cannot start ${what}: '${field}': ${message}`, {
    hint: "correct the field and try again",
    data: { field },
  });
}
