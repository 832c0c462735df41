import type { GenomeHash } from "../core/ids.ts";
import type { Json } from "../core/json.ts";
import { readPage } from "./cursor.ts";
import { type Database, fromText, toText } from "./database.ts";
import type { AgentRow, Page, PageQuery } from "./types.ts";

const columns = `name, status, spec, first_query as firstQuery, ordinal,
  created_at_ms as createdAtMs, life, steps, genome, query`;

type AgentRecord = Omit<AgentRow, "spec"> & { readonly spec: string };

/** Adds an agent's row, or writes it over. */
export function putAgent(db: Database, row: AgentRow): void {
  db.run(
    `insert into agents
      (name, status, spec, first_query, ordinal, created_at_ms, life, steps, genome, query)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    on conflict (name) do update set status = excluded.status, spec = excluded.spec,
      first_query = excluded.first_query, ordinal = excluded.ordinal,
      created_at_ms = excluded.created_at_ms, life = excluded.life, steps = excluded.steps,
      genome = excluded.genome, query = excluded.query`,
    row.name,
    row.status,
    toText(row.spec),
    toText(row.firstQuery),
    row.ordinal,
    row.createdAtMs,
    row.life,
    row.steps,
    row.genome,
    toText(row.query),
  );
}

/** An agent by its name. */
export function agentBy(db: Database, name: string): AgentRow | undefined {
  const record = db.get<AgentRecord>(`select ${columns} from agents where name = ?`, name);
  return record === undefined ? undefined : decode(record);
}

/** Agents in start order. */
export function listAgents(db: Database, query: PageQuery): Page<AgentRow> {
  return readPage(
    query,
    [-1, ""],
    ([ordinal, name], limit) =>
      db.all<AgentRecord>(
        `select ${columns} from agents where (ordinal, name) > (?, ?) order by ordinal, name limit ?`,
        ordinal,
        name,
        limit,
      ).map(decode),
    (row) => [row.ordinal, row.name],
  );
}

/** Drops an agent; its mailbox and its way go with it. */
export function deleteAgent(db: Database, name: string): void {
  db.run("delete from agents where name = ?", name);
}

/** Notes that a lived step of an agent led to a genome, with this query. */
export function putLineage(
  db: Database,
  row: {
    readonly agent: string;
    readonly genome: GenomeHash;
    readonly life: number;
    readonly step: number;
    readonly query: string;
  },
): void {
  db.run(
    `insert into lineage (agent, genome, life, step, query) values (?, ?, ?, ?, ?)
    on conflict (agent, genome) do update set life = excluded.life, step = excluded.step,
      query = excluded.query`,
    row.agent,
    row.genome,
    row.life,
    row.step,
    toText(row.query),
  );
}

/** An agent's distinct genomes, newest first. */
export function lineageOf(
  db: Database,
  agent: string,
  limit: number,
): readonly { genome: GenomeHash; query: string }[] {
  return db.all<{ genome: GenomeHash; query: string }>(
    "select genome, query from lineage where agent = ? order by life desc, step desc limit ?",
    agent,
    limit,
  ).map(({ genome, query }) => ({ genome, query: fromText<string>(query) }));
}

function decode(record: AgentRecord): AgentRow {
  return {
    ...record,
    spec: fromText<Json>(record.spec),
    firstQuery: fromText<string>(record.firstQuery),
    query: fromText<string>(record.query),
  };
}
