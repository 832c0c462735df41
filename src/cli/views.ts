import { z } from "zod";
import { VivariumError } from "../core/errors.ts";
import { causeNames } from "../death/mod.ts";
import type { Query, Source } from "./source/mod.ts";

/** What the commands read of the API's answers; what they do not show is not asked for. */

/** An agent. */
export const agentView = z.object({
  name: z.string(),
  status: z.string(),
  phase: z.string(),
  life: z.int(),
  age: z.int(),
  steps: z.int(),
  genome: z.string(),
  query: z.string(),
  mailbox: z.int(),
  pid: z.int().nullable(),
  createdAtMs: z.number(),
  /** Energy left, where the house counts it. */
  energy: z.number().nullish().transform((value) => value ?? null),
  supervisor: z.string().nullish(),
  stuck: z.object({ since: z.int(), steps: z.int(), response: z.string().nullable() }).nullish(),
  probation: z.object({ genome: z.string(), lived: z.int(), left: z.int() }).nullish(),
});

/** An agent. */
export type AgentView = z.infer<typeof agentView>;

/** A life. */
export const lifeView = z.object({
  life: z.int(),
  startedAtMs: z.number(),
  endedAtMs: z.number().nullable(),
  end: z.enum(["death", "truncated"]).nullable(),
  bornFrom: z.string(),
  steps: z.int(),
  reward: z.number(),
  edits: z.int(),
});

/** A death. */
export const deathView = z.object({
  id: z.int(),
  agent: z.string(),
  life: z.int(),
  step: z.int(),
  atMs: z.number(),
  supervisor: z.string(),
  context: z.string(),
  reason: z.string(),
  cause: z.enum(causeNames),
  owner: z.enum(["agent", "infrastructure", "operator"]),
  evidence: z.json(),
  genomeBefore: z.string(),
  response: z.string().nullable(),
  policyVersion: z.int().nullable(),
  detectedMs: z.number(),
  decision: z.json(),
});

/** A death. */
export type DeathView = z.infer<typeof deathView>;

/** What the embedded policy drew: the tokens, and how likely each was then. */
const traceView = z.object({
  version: z.int(),
  promptIds: z.array(z.int()),
  ids: z.array(z.int()),
  logps: z.array(z.number()),
});

/** A call of the model; without a response where there was none. */
const callView = z.object({
  prompt: z.string(),
  seed: z.int(),
  response: z.string().optional(),
  model: z.string().optional(),
  trace: traceView.optional(),
});

/** A step. */
export const stepView = z.object({
  agent: z.string(),
  life: z.int(),
  step: z.int(),
  calls: z.array(callView),
  edited: z.array(z.string()),
  genome: z.string(),
  lived: z.boolean(),
  rewards: z.array(z.object({ term: z.string(), value: z.number() })),
  seed: z.int(),
});

/** A step. */
export type StepView = z.infer<typeof stepView>;

/** A genome that an agent has been. */
export const lineageView = z.object({
  hash: z.string(),
  parent: z.string().nullable(),
  life: z.int(),
  step: z.int(),
  deaths: z.array(z.object({ id: z.int(), cause: z.string() })),
});

/** A genome that an agent has been. */
export type LineageView = z.infer<typeof lineageView>;

/** How the policy is. */
export const policyView = z.object({
  version: z.int(),
  hash: z.string(),
  parameters: z.int(),
  kind: z.string(),
  training: z.string(),
  updates: z.int(),
  kept: z.array(z.int()),
  episodesWaiting: z.int(),
});

/** A version of the policy. */
export const versionView = z.object({
  version: z.int(),
  parent: z.int().nullable(),
  hash: z.string(),
  createdAtMs: z.number(),
  metrics: z.record(z.string(), z.number()),
});

/** The most rows that the API gives at once. */
const pageRows = 1000;

/** A list as it was read, and as its answer was. */
export interface Listed<Row> {
  readonly rows: readonly Row[];
  /** What `--json` prints: the API's page, as long as was asked for. */
  readonly json: { readonly items: readonly unknown[]; readonly next: string | null };
}

/** Which rows of which list. */
export interface ListOf<Row> {
  readonly path: string;
  /** What a row is. */
  readonly view: z.ZodType<Row>;
  /** Its filters. */
  readonly query?: Query;
  /** Rows at most. */
  readonly limit: number;
}

/** Reads a list, page after page. */
export async function readList<Row>(source: Source, list: ListOf<Row>): Promise<Listed<Row>> {
  const rows: Row[] = [];
  const items: unknown[] = [];
  let next: string | null = null;
  for await (const page of pagesOf(source, list)) {
    for (const item of page.items) {
      items.push(item);
      rows.push(understood(list.view, item));
    }
    next = page.next;
  }
  return { rows, json: { items, next } };
}

/** The rows of a list one by one, no more than a page of them in memory. */
export async function* rowsOf<Row>(
  source: Source,
  list: Omit<ListOf<Row>, "limit">,
): AsyncGenerator<Row> {
  for await (const { items } of pagesOf(source, { ...list, limit: Infinity })) {
    for (const item of items) yield understood(list.view, item);
  }
}

const pageView = z.object({ items: z.array(z.unknown()), next: z.string().nullable() });

async function* pagesOf(
  source: Source,
  { path, query = {}, limit }: Omit<ListOf<unknown>, "view">,
): AsyncGenerator<z.infer<typeof pageView>> {
  let left = limit;
  let cursor: string | undefined;
  do {
    const answer = await source.get(path, { ...query, limit: Math.min(pageRows, left), cursor });
    const page = understood(pageView, answer);
    yield page;
    left -= page.items.length;
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && left > 0);
}

/** Reads one thing. */
export async function readOne<T>(
  source: Source,
  path: string,
  view: z.ZodType<T>,
  query?: Query,
): Promise<{ readonly value: T; readonly json: unknown }> {
  const json = await source.get(path, query);
  return { value: understood(view, json), json };
}

/**
 * An answer as what it should be.
 *
 * @throws {VivariumError} `unavailable` for an answer that a house of this version would not give
 */
export function understood<T>(view: z.ZodType<T>, answer: unknown): T {
  const result = view.safeParse(answer);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new VivariumError(
    "unavailable",
    `cannot read the answer: '${issue?.path.join(".")}': ${issue?.message}`,
    { hint: "the house may be of another version of Vivarium" },
  );
}
