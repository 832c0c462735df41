import { z } from "zod";
import { defaultCapacity, overflowPolicies } from "../actor/mod.ts";
import { type CellLimits, defaultCellLimits, ofEveryLimit } from "../cell/types.ts";
import { causeNames } from "../death/mod.ts";
import { VivariumError } from "../core/errors.ts";
import { agentNameSchema } from "../core/ids.ts";
import { canonicalJson } from "../core/json.ts";
import { powerNamePattern } from "../powers/mod.ts";
import { genomeSchema } from "../genome/mod.ts";
import { backoffSchema } from "./backoff.ts";
import { stuckSchema } from "./stuck.ts";
import {
  autoShutdowns,
  contradictionOf,
  restartTypes,
  type Shutdown,
  shutdownSchema,
  strategies,
  type TreeChild,
} from "./tree/mod.ts";

/** Names that are somebody else's: a letter's `from` must not be mistaken. */
const reservedNames = new Set(["operator", "supervisor", "house"]);

/** Limits of a child's cell; what is not named is as in `defaultCellLimits`. */
export const limitsSchema = z.strictObject({
  ...ofEveryLimit(({ least, most }) => z.int().min(least).max(most)),
  profile: z.enum(["strict", "fast"]),
}).partial();

/** A supervisor's name. */
export const supervisorNameSchema = agentNameSchema.refine(
  (name) => !reservedNames.has(name),
  "is reserved for letters that do not come from agents",
);

/** A child spec, as a person or a program writes it: defaults are merged, then each field is checked. */
export const childSpecSchema = z.strictObject({
  name: agentNameSchema.refine(
    (name) => !reservedNames.has(name),
    "is reserved for letters that do not come from agents",
  ),
  /** What the first life's first step asks the model. */
  firstQuery: z.string().max(65_536),
  /** Name of a task of the house: it gives the first query, and a checker that says when it is solved. */
  task: z.string().min(1).max(64).optional(),
  /** What the agent starts from. Default: `firstGenome`. */
  genome: genomeSchema.optional(),
  /** Under whom it lives. Default: the house's own supervisor. */
  supervisor: supervisorNameSchema.optional(),
  /**
   * What a life starts from: `last`, the last genome that lived; `lastGood`, the last one with which so
   * many steps were lived; `ancestor`, so many edits before the last one; `rule`, what a rule of the host
   * says; and with each further back where that one kills at once. `first`: always the first, so that lives
   * can be compared.
   */
  resurrection: z.union([
    z.enum(["last", "first"]),
    z.strictObject({ lastGood: z.int().min(1).max(100_000) }),
    z.strictObject({ ancestor: z.int().min(1).max(64) }),
    z.strictObject({ rule: z.string().min(1).max(64) }),
  ]).default("last"),
  /**
   * Steps that a new genome is on probation, its descendants' counted with its own: dies the agent of its own
   * doing meanwhile, it goes back to the last genome that has stood its own, at once. 0: each is trusted as
   * it comes, and has a second chance.
   */
  probation: z.int().min(0).max(100_000).default(0),
  /** When it counts as stuck: so many steps of its own with no other genome, no value and the same response. */
  stuck: stuckSchema.prefault({}),
  restart: z.enum(restartTypes).default("permanent"),
  /** Whether its end for good may end its supervisor (`autoShutdown`). */
  significant: z.boolean().default(false),
  /** How long a stop waits for the step under way; 0 kills at once. */
  shutdownMs: z.int().min(0).max(600_000).default(5000),
  /** The same in OTP's words, and before it: milliseconds, `brutal_kill`, or `infinity`. */
  shutdown: shutdownSchema.optional(),
  /** After so many deaths within the time it stays down, `failed`, until an operator clears it. */
  giveUp: z.strictObject({
    deaths: z.int().min(1).max(10_000),
    withinMs: z.int().min(1).max(86_400_000),
    /** Which causes count. Default: those that are the agent's own doing. */
    causes: z.array(z.enum(causeNames)).min(1).readonly().optional(),
  }).optional(),
  /** Agents with which it dies: when one of both dies, the other one's present life ends too. */
  links: z.array(agentNameSchema).max(64).readonly().default([]),
  /** Whether it is told of the end of whom it is linked to, by a letter, and does not die of it. */
  trapExit: z.boolean().default(false),
  limits: limitsSchema.default({}),
  /** Powers of the house that it may use, by name; nothing is inherited. */
  powers: z.array(z.string().regex(powerNamePattern)).max(32).readonly().default([]),
  /** Steps after which a life is cut, which is not a death. Default: the supervisor's. */
  horizon: z.int().min(1).max(100_000).optional(),
  /** Whether it takes a step of its own when no letter waits. */
  ticking: z.boolean().default(true),
  backoff: backoffSchema.prefault({}),
  mailbox: z.strictObject({
    capacity: z.int().min(1).max(1_000_000).default(defaultCapacity),
    overflow: z.enum(overflowPolicies).default("fail"),
  }).prefault({}),
});

/** A child spec as it is written. */
export type ChildSpecInput = z.input<typeof childSpecSchema>;

/** A child spec with its defaults. */
export type ChildSpec = z.infer<typeof childSpecSchema>;

/**
 * What the agents of a pool have in common: a child spec but for who each is. What each may have of its
 * own is in {@linkcode memberSpec}.
 */
export const templateSchema = childSpecSchema.omit({ name: true, supervisor: true }).extend({
  firstQuery: childSpecSchema.shape.firstQuery.optional(),
});

/** What the agents of a pool have in common. */
export type Template = z.infer<typeof templateSchema>;

/** A child spec as it is written for whom a template may say the rest. */
export type SpawnInput = Omit<ChildSpecInput, "firstQuery"> & { readonly firstQuery?: string };

const supervisorFields = {
  strategy: z.enum(strategies).default("one_for_one"),
  /**
   * More restarts than this within `periodMs` stop all children and the supervisor. Default: 100 a
   * child, and at least 500. OTP's default is 1 in 5 s; but dying is what agents do for a living, and
   * each restart already waits for its backoff, so only a house that restarts faster than its backoff
   * allows is beyond help.
   */
  intensity: z.int().min(0).optional(),
  periodMs: z.int().min(1).max(86_400_000).default(10_000),
  autoShutdown: z.enum(autoShutdowns).default("never"),
  /** Of a pool (`simple_one_for_one`): the one spec of all its agents. Default: what a spec is that names nothing. */
  template: templateSchema.optional(),
};

/** A supervisor's own spec. */
export const supervisorSpecSchema = z.strictObject({
  name: z.string().min(1).max(64).default("root"),
  ...supervisorFields,
});

/** A supervisor under another: its own spec, and its place as a child. */
export const nestedSpecSchema = z.strictObject({
  name: supervisorNameSchema,
  ...supervisorFields,
  /** Under whom it is. Default: the house's own supervisor. */
  supervisor: supervisorNameSchema.optional(),
  restart: z.enum(restartTypes).default("permanent"),
  significant: z.boolean().default(false),
  backoff: backoffSchema.prefault({}),
});

/** A supervisor under another. */
export type NestedSpec = z.infer<typeof nestedSpecSchema>;

/** A supervisor under another, as it is written. */
export type NestedSpecInput = z.input<typeof nestedSpecSchema>;

/** A supervisor's own spec, as it is written. */
export type SupervisorSpecInput = z.input<typeof supervisorSpecSchema>;

/** A supervisor's own spec with its defaults. */
export type SupervisorSpec = z.infer<typeof supervisorSpecSchema>;

/**
 * Merges the defaults of a child spec, and checks it.
 *
 * @throws {VivariumError} `bad-request`, with the name of the first field that is wrong
 */
export function parseChildSpec(input: unknown): ChildSpec {
  return parse("spawn", childSpecSchema, input);
}

/** Merges the defaults of a supervisor's spec, and checks it. Throws as {@linkcode parseChildSpec}. */
export function parseSupervisorSpec(input: unknown): SupervisorSpec {
  return checkTemplate(parse("start a supervisor", supervisorSpecSchema, input));
}

/** Merges the defaults of a nested supervisor's spec, and checks it. Throws likewise. */
export function parseNestedSpec(input: unknown): NestedSpec {
  return checkTemplate(parse("start a supervisor", nestedSpecSchema, input));
}

function checkTemplate<Spec extends SupervisorSpec | NestedSpec>(spec: Spec): Spec {
  const { strategy, template } = spec;
  if (template === undefined) return spec;
  if (strategy !== "simple_one_for_one") {
    const why = `contradicts 'strategy': only a pool has one, and this is ${strategy}`;
    throw refused(`cannot start a supervisor`, "template", why);
  }
  checkPlace(spec, template);
  return spec;
}

/** What an agent of a pool has of its own: who it is, and what it starts with. */
const ownFields = ["name", "supervisor", "firstQuery", "task", "genome"] as const;

/**
 * The spec of a pool's agent: the template, and what extends it.
 *
 * @param template of its pool
 * @param input who it is, and what it starts with; whatever else it says must be as the template has it
 * @throws {VivariumError} `bad-request`, with the name of the first field that is wrong, or that the
 *   template says otherwise
 */
export function memberSpec(template: Partial<Template>, input: SpawnInput): ChildSpec {
  const said = Object.entries(input).filter(([, value]) => value !== undefined);
  const own = said.filter(([field]) => ownFields.some((each) => each === field));
  const spec = parseChildSpec({ ...template, ...Object.fromEntries(own) });
  const asked = parseChildSpec({ ...spec, ...Object.fromEntries(said) });
  for (const [field] of said) {
    const [is, wanted] = [spec, asked].map((each) => plain({ ...each }[field as keyof ChildSpec]));
    if (is === wanted) continue;
    const why = `is for the template of its pool, '${input.supervisor}', to say: ${is}`;
    throw refused(`cannot spawn '${input.name}'`, field, why);
  }
  return spec;
}

function plain(value: unknown): string {
  return canonicalJson(JSON.parse(JSON.stringify(value ?? null)));
}

/** How an agent is stopped. */
export function shutdownOf(spec: Pick<ChildSpec, "shutdown" | "shutdownMs">): Shutdown {
  return spec.shutdown ?? (spec.shutdownMs === 0 ? "brutal_kill" : spec.shutdownMs);
}

/** How long the stop of an agent waits before it kills. */
export function patienceMs(spec: Pick<ChildSpec, "shutdown" | "shutdownMs">): number {
  const shutdown = shutdownOf(spec);
  return shutdown === "brutal_kill" ? 0 : shutdown === "infinity" ? Infinity : shutdown;
}

/** What its supervisor needs to know of an agent. */
export function placeOf(spec: Omit<ChildSpec, "genome">): TreeChild {
  const { name: id, restart, significant, backoff } = spec;
  return { id, restart, significant, backoff, shutdown: shutdownOf(spec), type: "worker" };
}

/**
 * Refuses a child that contradicts its supervisor, or itself.
 *
 * @throws {VivariumError} `bad-request`, with the name of the field
 */
export function checkPlace(
  supervisor: Pick<SupervisorSpec, "autoShutdown">,
  child: Pick<TreeChild, "restart" | "significant">,
): void {
  const wrong = contradictionOf(supervisor, child);
  if (wrong !== undefined) throw refused("cannot place the child", wrong.field, wrong.message);
}

function refused(what: string, field: string, message: string): VivariumError {
  return new VivariumError("bad-request", `${what}: '${field}' ${message}`, {
    hint: "correct the field and try again",
    data: { field, issues: [{ path: [field], message }] },
  });
}

/** The limits of a child's cell. */
export function limitsOf(spec: ChildSpec): CellLimits {
  const named = Object.entries(spec.limits).filter(([, value]) => value !== undefined);
  return { ...defaultCellLimits, ...Object.fromEntries(named) };
}

function parse<T>(what: string, schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = issue?.path.join(".") || "the spec";
  throw new VivariumError("bad-request", `cannot ${what}: '${field}': ${issue?.message}`, {
    hint: "correct the field and try again",
    data: { field, issues: result.error.issues.map(({ path, message }) => ({ path, message })) },
  });
}
