import type { DatabaseSync } from "node:sqlite";
import { chainAll } from "./chain.ts";

/**
 * Marks a SQLite file as a Vivarium database: "Vivm" in ASCII.
 * (https://www.sqlite.org/pragma.html#pragma_application_id)
 */
export const applicationId = 0x5669766d;

/**
 * The schema, as numbered steps: entry n brings `user_version` from n to n + 1. Append-only; a step
 * that has been released is never changed.
 *
 * Columns that hold what an agent or a model wrote hold it as JSON, plain text too: JSON escapes NUL
 * and lone surrogates, where SQLite's text would be cut at the one and lose the other.
 */
export const migrations: readonly (string | ((db: DatabaseSync) => void))[] = [
  `
  create table meta (
    key text primary key,
    value text not null
  ) strict, without rowid;

  create table genomes (
    hash text primary key,
    parent text references genomes (hash) deferrable initially deferred,
    text text not null,
    created_at_ms real not null
  ) strict;

  create table agents (
    name text primary key,
    status text not null check (status in ('running', 'paused', 'stopped', 'failed')),
    spec text not null,
    first_query text not null,
    ordinal integer not null,
    created_at_ms real not null,
    life integer not null,
    steps integer not null,
    genome text not null references genomes (hash) deferrable initially deferred,
    query text not null
  ) strict;
  create index agents_by_ordinal on agents (ordinal, name);

  -- No reference to agents: what was lived stays when the agent is removed.
  create table lives (
    agent text not null,
    life integer not null,
    started_at_ms real not null,
    ended_at_ms real,
    "end" text check ("end" in ('death', 'truncated')),
    born_from text not null references genomes (hash) deferrable initially deferred,
    steps integer not null,
    reward real not null,
    edits integer not null,
    primary key (agent, life)
  ) strict, without rowid;

  create table steps (
    agent text not null,
    life integer not null,
    step integer not null,
    at_ms real not null,
    letter text not null,
    now_ms real not null,
    seed integer not null,
    calls text not null,
    prints text not null,
    returned text not null,
    dropped text not null,
    attempts text not null,
    usage text not null,
    edited text not null,
    genome text not null references genomes (hash) deferrable initially deferred,
    query text not null,
    lived integer not null check (lived in (0, 1)),
    primary key (agent, life, step),
    foreign key (agent, life) references lives (agent, life) deferrable initially deferred
  ) strict;

  -- Measured terms have no key; late ones have one. A term without a step is the whole life's.
  create table rewards (
    id integer primary key,
    agent text not null,
    life integer not null,
    step integer,
    term text not null,
    value real not null,
    key text unique,
    foreign key (agent, life) references lives (agent, life) deferrable initially deferred,
    foreign key (agent, life, step) references steps (agent, life, step)
      deferrable initially deferred
  ) strict;
  create index rewards_by_step on rewards (agent, life, step, id);

  create table deaths (
    id integer primary key autoincrement,
    agent text not null,
    life integer not null,
    step integer not null,
    at_ms real not null,
    supervisor text not null,
    context text not null check (context in ('start', 'child-terminated', 'shutdown')),
    reason text not null,
    offender text not null,
    cause text not null,
    owner text not null check (owner in ('agent', 'infrastructure', 'operator')),
    evidence text not null,
    genome_before text not null references genomes (hash) deferrable initially deferred,
    response text,
    policy_version integer,
    detected_ms real not null,
    decision text not null,
    unique (agent, life),
    foreign key (agent, life) references lives (agent, life) deferrable initially deferred
  ) strict;
  create index deaths_by_agent on deaths (agent, id);
  create index deaths_by_cause on deaths (cause, id);

  -- Which genomes an agent's steps have led to, and the last step and query of each.
  create table lineage (
    agent text not null references agents (name) on delete cascade deferrable initially deferred,
    genome text not null references genomes (hash) deferrable initially deferred,
    life integer not null,
    step integer not null,
    query text not null,
    primary key (agent, genome)
  ) strict, without rowid;
  create index lineage_by_step on lineage (agent, life, step);

  create table letters (
    id integer primary key autoincrement,
    recipient text not null references agents (name) on delete cascade
      deferrable initially deferred,
    sender text not null,
    kind text not null check (kind in ('tell', 'ask')),
    body text not null,
    at_ms real not null
  ) strict;
  create index letters_by_recipient on letters (recipient, id);

  create table events (
    id integer primary key,
    at_ms real not null,
    kind text not null,
    agent text,
    life integer,
    step integer,
    cause text,
    data text not null
  ) strict;
  create index events_by_agent on events (agent, id);

  create table policy_versions (
    version integer primary key,
    parent integer,
    hash text not null,
    created_at_ms real not null,
    metrics text not null
  ) strict;
  `,
  `
  -- The step that first led an agent to a genome; deaths by the genome that was lived.
  create index steps_by_genome on steps (agent, genome, life, step);
  create index deaths_by_genome on deaths (agent, genome_before, id, cause);
  -- Who wrote the first response of each life, without reading the step.
  create index first_calls on steps (
    agent, life, json_extract(calls, '$[0].model'), json_extract(calls, '$[0].trace.version')
  ) where step = 1;
  `,
  `
  -- What was still missing to live a life again; null in rows that were there before.
  alter table lives add column born_query text;
  alter table steps add column energy real;
  alter table steps add column answers text;
  `,
  (db) => {
    db.exec(`
    -- The place of each row in its agent's history, and the link up to it; the head of each chain.
    alter table lives add column entry integer;
    alter table lives add column link text;
    alter table steps add column entry integer;
    alter table steps add column link text;
    alter table deaths add column entry integer;
    alter table deaths add column link text;
    -- No reference to agents: what was lived stays when the agent is removed.
    create table chains (
      agent text primary key,
      entries integer not null,
      head text not null
    ) strict, without rowid;
    `);
    chainAll(db);
  },
  `
  -- The only life that a letter is for; null: it outlives its recipient's lives.
  alter table letters add column life integer;
  `,
];

/**
 * Brings a database up to the newest schema. Forward only, all steps in one transaction; a second
 * process that opens the same new file meanwhile waits, and finds it done.
 *
 * @param db a database whose application id was found to be ours, or an empty one
 */
export function migrate(db: DatabaseSync): void {
  db.exec("begin immediate");
  try {
    const present = userVersion(db);
    if (present === 0) db.exec(`pragma application_id = ${applicationId}`);
    for (const migration of migrations.slice(present)) {
      if (typeof migration === "string") db.exec(migration);
      else migration(db);
    }
    // Pragmas take no parameters; both are numbers of our own.
    if (present < migrations.length) db.exec(`pragma user_version = ${migrations.length}`);
    db.exec("commit");
  } catch (error) {
    db.exec("rollback");
    throw error;
  }
}

/** Which step of the schema a database has reached. */
export function userVersion(db: DatabaseSync): number {
  return Number(db.prepare("pragma user_version").get()?.["user_version"] ?? 0);
}
