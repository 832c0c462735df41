import type { DatabaseSync } from "node:sqlite";
import { sha256 } from "../core/hash.ts";
import type { Database } from "./database.ts";

/** What a column holds, as SQLite gives it back. */
type Value = string | number | null;

/** What an agent's history is made of. */
export type EntryKind = "life" | "step" | "death";

/**
 * The columns whose values go into a link, in this order. Never changed: links that were made stay
 * true. A column that comes later is not chained, or its rows are a kind of their own.
 */
export const chained = {
  /** A birth. What a life came to grows with it, and stands in its steps and its death. */
  life: ["agent", "life", "started_at_ms", "born_from", "born_query"],
  /** And then the parent of its genome, and its measured rewards. */
  step: [
    "agent",
    "life",
    "step",
    "at_ms",
    "letter",
    "now_ms",
    "seed",
    "energy",
    "calls",
    "answers",
    "prints",
    "returned",
    "dropped",
    "attempts",
    "usage",
    "edited",
    "genome",
    "query",
    "lived",
  ],
  death: [
    "agent",
    "life",
    "step",
    "at_ms",
    "supervisor",
    "context",
    "reason",
    "offender",
    "cause",
    "owner",
    "evidence",
    "genome_before",
    "response",
    "policy_version",
    "detected_ms",
    "decision",
  ],
} as const satisfies Record<EntryKind, readonly string[]>;

/** The values of a row's chained columns, by column. */
export type ChainedValues<Kind extends EntryKind> = Readonly<
  Record<typeof chained[Kind][number], Value>
>;

/** Where a row stands in its agent's history: its number from 1, and the link up to it. */
export interface Place {
  readonly entry: number;
  readonly link: string;
}

/** What comes before the first entry. */
export const origin = "";

/**
 * The link of an entry: SHA-256 over the link before it and all that the entry says, so that nothing
 * can be changed, left out or put in without changing every link after it. The genomes are in it by
 * their hashes.
 */
export function linkOf(previous: string, kind: EntryKind, values: readonly Value[]): string {
  return sha256(JSON.stringify([previous, kind, ...values]));
}

/**
 * Takes the next place in an agent's history, within the transaction that adds the row.
 *
 * @param beside what is chained beside the columns
 */
export function nextPlace<Kind extends EntryKind>(
  db: Database,
  kind: Kind,
  row: ChainedValues<Kind>,
  beside: readonly Value[] = [],
): Place {
  const { agent } = row as { readonly agent: string };
  const chain = db.get<{ entries: number; head: string }>(
    "select entries, head from chains where agent = ?",
    agent,
  ) ?? { entries: 0, head: origin };
  const columns: readonly (typeof chained[Kind][number])[] = chained[kind];
  const link = linkOf(chain.head, kind, [...columns.map((column) => row[column]), ...beside]);
  const entry = chain.entries + 1;
  db.run(
    `insert into chains (agent, entries, head) values (?, ?, ?)
    on conflict (agent) do update set entries = excluded.entries, head = excluded.head`,
    agent,
    entry,
    link,
  );
  return { entry, link };
}

/** Tables of the kinds whose rows are only ever added. */
const tables = { step: "steps", death: "deaths" } as const;

/** Adds a row at its place in the history. */
export function insertChained<Kind extends "step" | "death">(
  db: Database,
  kind: Kind,
  row: ChainedValues<Kind>,
  { entry, link }: Place,
): void {
  const columns: readonly (typeof chained[Kind][number])[] = chained[kind];
  db.run(
    `insert into ${tables[kind]} (${columns.join(", ")}, entry, link)
    values (${"?, ".repeat(columns.length)}?, ?)`,
    ...columns.map((column) => row[column]),
    entry,
    link,
  );
}

/** What is chained of a step beside its columns. */
export function besideStep(
  parent: string | null,
  rewards: readonly { readonly term: string; readonly value: number }[],
): readonly Value[] {
  return [parent, JSON.stringify(rewards.map(({ term, value }) => [term, value]))];
}

/** A row of an agent's history, read back. */
export interface Entry {
  readonly kind: EntryKind;
  readonly life: number;
  readonly step: number;
  readonly values: readonly Value[];
  /** Null in a row that was never chained. */
  readonly entry: number | null;
  readonly link: string | null;
}

/** Everyone who has a history, by name. */
export function chainedAgents(db: DatabaseSync): readonly string[] {
  const sql = "select agent from lives union select agent from chains order by 1";
  return db.prepare(sql).all().map((row) => String(row["agent"]));
}

/** An agent's history in order: each life's birth, its steps, its death. */
export function* historyOf(db: DatabaseSync, agent: string): Generator<Entry> {
  const read = {
    life: reader(db, "life", "lives", "agent = ? and life = ?"),
    step: reader(db, "step", "steps", "agent = ? and life = ? order by step"),
    death: reader(db, "death", "deaths", "agent = ? and life = ?"),
  };
  const parents = db.prepare("select parent from genomes where hash = ?");
  const rewards = db.prepare(
    // The plus keeps SQLite from the index of keys: most have none.
    "select term, value from rewards where agent = ? and life = ? and step = ? and +key is null order by id",
  );
  const genomeAt = chained.step.indexOf("genome");
  const lives = db.prepare("select life from lives where agent = ? order by life").all(agent);
  for (const { life: number } of lives) {
    const life = Number(number);
    yield* read.life(agent, life);
    for (const step of read.step(agent, life)) {
      const parent = parents.get(step.values[genomeAt] ?? null)?.["parent"];
      const measured = rewards.all(agent, life, step.step)
        .map(({ term, value }) => ({ term: String(term), value: Number(value) }));
      const beside = besideStep(parent === undefined ? null : parent as string | null, measured);
      yield { ...step, values: [...step.values, ...beside] };
    }
    yield* read.death(agent, life);
  }
}

function reader(
  db: DatabaseSync,
  kind: EntryKind,
  table: string,
  where: string,
): (agent: string, life: number) => readonly Entry[] {
  const columns = chained[kind];
  const statement = db.prepare(`select ${columns.join(", ")}, entry, link from ${table}
    where ${where}`);
  return (agent, life) =>
    statement.all(agent, life).map((row) => ({
      kind,
      life,
      step: Number(row["step"] ?? 0),
      values: columns.map((column) => row[column] as Value),
      entry: row["entry"] as number | null,
      link: row["link"] as string | null,
    }));
}

/** Chains what is there: for databases from before there were chains. */
export function chainAll(db: DatabaseSync): void {
  const set = {
    life: db.prepare("update lives set entry = ?, link = ? where agent = ? and life = ?"),
    step: db.prepare(
      "update steps set entry = ?, link = ? where agent = ? and life = ? and step = ?",
    ),
    death: db.prepare("update deaths set entry = ?, link = ? where agent = ? and life = ?"),
  };
  const keep = db.prepare("insert into chains (agent, entries, head) values (?, ?, ?)");
  for (const agent of chainedAgents(db)) {
    let entries = 0;
    let head = origin;
    for (const { kind, life, step, values } of historyOf(db, agent)) {
      head = linkOf(head, kind, values);
      entries++;
      if (kind === "step") set.step.run(entries, head, agent, life, step);
      else set[kind].run(entries, head, agent, life);
    }
    keep.run(agent, entries, head);
  }
}
