import { z } from "@hono/zod-openapi";
import { policyStatusSchema, policyVersionSchema } from "../core/episode.ts";
import { eventKinds } from "../core/events.ts";
import { agentNameSchema, genomeHashSchema } from "../core/ids.ts";
import type { Json } from "../core/json.ts";
import { causeNames } from "../death/mod.ts";
import { agentPhases } from "../supervisor/mod.ts";
import { problemSchema } from "./problem.ts";

/** Any JSON value. */
export const jsonSchema: z.ZodType<Json> = z.json().openapi({
  type: ["object", "array", "string", "number", "boolean", "null"],
  description: "any JSON value",
});

const timeSchema = z.number().openapi({ description: "milliseconds since 1970" });
const hashSchema = genomeHashSchema.openapi({ description: "a genome's hash" });

/** An agent as it is at this moment. */
export const agentSchema = z.object({
  name: z.string(),
  status: z.enum(["running", "paused", "stopped", "failed"]),
  phase: z.enum(agentPhases),
  life: z.int().openapi({ description: "number of the present or last life; 0 before the first" }),
  age: z.int().openapi({ description: "steps lived in the present life" }),
  energy: z.number().nullable().openapi({
    description: "what is left of it; null where it is not metered, and between lives",
  }),
  steps: z.int().openapi({ description: "steps lived over all lives" }),
  genome: hashSchema,
  probation: z.object({
    genome: hashSchema,
    lived: z.int().openapi({ description: "steps lived since the agent took its genome on" }),
    left: z.int().openapi({ description: "steps until that genome has stood it" }),
  }).nullable().openapi({
    description: "of the present genome: which one a death of the agent's own doing goes back to",
  }),
  stuck: z.object({
    since: z.int().openapi({ description: "the first step of its life with nothing new" }),
    steps: z.int().openapi({ description: "how many have been so" }),
    response: z.string().nullable().openapi({ description: "what the model said in each" }),
  }).nullable().openapi({ description: "null where it is not stuck" }),
  query: z.string(),
  firstQuery: z.string(),
  mailbox: z.int().openapi({ description: "letters that wait" }),
  pid: z.int().nullable().openapi({ description: "its cell's process" }),
  createdAtMs: timeSchema,
  spec: jsonSchema,
}).openapi("Agent");

/** A life. */
export const lifeSchema = z.object({
  agent: z.string(),
  life: z.int(),
  startedAtMs: timeSchema,
  endedAtMs: z.number().nullable(),
  end: z.enum(["death", "truncated"]).nullable(),
  bornFrom: hashSchema,
  bornQuery: z.string().nullable(),
  steps: z.int(),
  reward: z.number(),
  edits: z.int(),
}).openapi("Life");

/** A step. */
export const stepSchema = z.object({
  agent: z.string(),
  life: z.int(),
  step: z.int().openapi({ description: "from 1 within the life" }),
  atMs: timeSchema,
  letter: jsonSchema,
  nowMs: z.number().openapi({ description: "what Date.now() said during the step" }),
  seed: z.int(),
  energy: z.number().nullable().openapi({ description: "what `this.energy` said" }),
  calls: jsonSchema,
  answers: jsonSchema.openapi({ description: "what the house answered, in order; null: not kept" }),
  prints: z.array(z.string()).readonly(),
  returned: jsonSchema,
  dropped: jsonSchema,
  attempts: jsonSchema,
  usage: jsonSchema,
  edited: z.array(z.string()).readonly(),
  genome: hashSchema,
  query: z.string(),
  lived: z.boolean(),
  rewards: z.array(z.object({ term: z.string(), value: z.number() })).readonly(),
}).openapi("Step");

/** A death. */
export const deathSchema = z.object({
  id: z.int(),
  agent: z.string(),
  life: z.int(),
  step: z.int(),
  atMs: timeSchema,
  supervisor: z.string(),
  context: z.enum(["start", "child-terminated", "shutdown"]),
  reason: z.string(),
  offender: jsonSchema,
  cause: z.enum(causeNames),
  owner: z.enum(["agent", "infrastructure", "operator"]),
  evidence: jsonSchema,
  genomeBefore: hashSchema,
  response: z.string().nullable().openapi({ description: "what was being executed" }),
  policyVersion: z.int().nullable(),
  detectedMs: z.number().openapi({ description: "from the fault to its detection" }),
  decision: jsonSchema,
}).openapi("Death");

/** A genome with its place in the tree. */
export const genomeViewSchema = z.object({
  hash: hashSchema,
  parent: hashSchema.nullable().openapi({ description: "of what it was an edit first" }),
  methods: z.record(z.string(), z.string()).readonly().openapi({
    description: "the source of each method",
  }),
  state: jsonSchema,
  attributes: z.record(z.string(), jsonSchema).readonly().openapi({
    description: "its other own values",
  }),
  sizeBytes: z.int().openapi({ description: "of its canonical text, which is hashed" }),
  createdAtMs: timeSchema,
  agent: z.string().nullable().openapi({ description: "who was it first; null: nobody yet" }),
  life: z.int().nullable(),
  step: z.int().nullable().openapi({ description: "0: the life was born with it" }),
}).openapi("Genome");

/** A difference of two genomes in one part. */
export const genomeChangeSchema = z.object({
  name: z.string(),
  part: z.enum(["method", "attribute", "state"]),
  kind: z.enum(["added", "removed", "changed"]),
  before: z.string().nullable(),
  after: z.string().nullable(),
  patch: z.string().openapi({ description: "unified diff, from its first @@ line on" }),
}).openapi("GenomeChange");

/** A genome in an agent's own tree. */
export const lineageSchema = z.object({
  hash: hashSchema,
  parent: hashSchema.nullable().openapi({
    description: "what the agent was before; null where a life was born with it",
  }),
  agent: z.string(),
  life: z.int(),
  step: z.int().openapi({ description: "the step that made it first; 0: the life's birth" }),
  atMs: timeSchema,
  deaths: z.array(z.object({ id: z.int(), cause: z.enum(causeNames) })).readonly().openapi({
    description: "the agent's deaths while it was this genome",
  }),
}).openapi("LineageItem");

/** An accepted letter. */
export const letterSchema = z.object({
  id: z.int(),
  to: z.string(),
  from: z.string(),
  kind: z.enum(["tell", "ask"]),
  body: jsonSchema,
  atMs: timeSchema,
  life: z.int().optional().openapi({ description: "the only life that it is for, if it is" }),
}).openapi("Letter");

/** An event, as the stream carries it. */
export const eventSchema = z.object({
  id: z.int(),
  atMs: timeSchema,
  kind: z.enum(eventKinds),
  agent: z.string().optional(),
  life: z.int().optional(),
  step: z.int().optional(),
  cause: z.string().optional(),
  data: z.record(z.string(), jsonSchema),
}).openapi("Event");

/** How the policy is. */
export const policySchema = policyStatusSchema.openapi("Policy");

/** A version of the policy. */
export const versionSchema = policyVersionSchema.openapi("PolicyVersion");

/** A page of a list. */
export function pageOf<Item extends z.ZodType>(item: Item): z.ZodObject<{
  items: z.ZodReadonly<z.ZodArray<Item>>;
  next: z.ZodNullable<z.ZodString>;
}> {
  return z.object({
    items: z.array(item).readonly(),
    next: z.string().nullable().openapi({
      description: "cursor of the following page; null at the end",
    }),
  });
}

/** Path parameters that name an agent. */
export const agentParams = z.object({
  name: agentNameSchema.openapi({ param: { name: "name", in: "path" }, example: "ada" }),
});

/** The header of an order that is given in view of something. */
export const ifMatch = z.object({
  "if-match": z.string().max(1000).optional().openapi({
    description: "carry it out only if what was read is still so: the `ETag` of that answer",
  }),
});

/** How a list is read. Unknown names are refused: a filter with a typing error would pass all. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1000).optional().openapi({
    type: "integer",
    description: "rows of the page [100]",
  }),
  cursor: z.string().max(1000).optional().openapi({ description: "`next` of the page before" }),
});

/** A response that carries JSON. */
export function jsonContent<Schema extends z.ZodType>(
  description: string,
  schema: Schema,
): { description: string; content: { "application/json": { schema: Schema } } } {
  return { description, content: { "application/json": { schema } } };
}

/** A request's body that must be JSON. */
export function jsonBody<Schema extends z.ZodType>(
  schema: Schema,
): { required: true; content: { "application/json": { schema: Schema } } } {
  return { required: true, content: { "application/json": { schema } } };
}

/** What every route may answer instead. */
export const problems = {
  default: {
    description: "what is wrong (RFC 9457)",
    content: { "application/problem+json": { schema: problemSchema } },
  },
} as const;

/** Leaves out what was not given, where `undefined` is not a value. */
export function given<T extends object>(
  values: T,
): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as { [Key in keyof T]: Exclude<T[Key], undefined> };
}
