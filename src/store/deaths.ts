import type { Json } from "../core/json.ts";
import { type ChainedValues, insertChained, nextPlace } from "./chain.ts";
import { readPage } from "./cursor.ts";
import { type Database, fromText, toText } from "./database.ts";
import type { DeathRow, Page, PageQuery } from "./types.ts";

const columns = `id, agent, life, step, at_ms as atMs, supervisor, context, reason, offender, cause,
  owner, evidence, genome_before as genomeBefore, response, policy_version as policyVersion,
  detected_ms as detectedMs, decision`;

type DeathRecord = Omit<DeathRow, "offender" | "evidence" | "decision"> & {
  readonly offender: string;
  readonly evidence: string;
  readonly decision: string;
};

/** Adds a death. */
export function insertDeath(db: Database, row: Omit<DeathRow, "id">): void {
  const values: ChainedValues<"death"> = {
    agent: row.agent,
    life: row.life,
    step: row.step,
    at_ms: row.atMs,
    supervisor: row.supervisor,
    context: row.context,
    reason: toText(row.reason),
    offender: toText(row.offender),
    cause: row.cause,
    owner: row.owner,
    evidence: toText(row.evidence),
    genome_before: row.genomeBefore,
    response: row.response === null ? null : toText(row.response),
    policy_version: row.policyVersion,
    detected_ms: row.detectedMs,
    decision: toText(row.decision),
  };
  insertChained(db, "death", values, nextPlace(db, "death", values));
}

/** A death by its id. */
export function deathBy(db: Database, id: number): DeathRow | undefined {
  const record = db.get<DeathRecord>(`select ${columns} from deaths where id = ?`, id);
  return record === undefined ? undefined : decode(record);
}

/** Deaths, newest first; of one agent or one cause if named. */
export function listDeaths(
  db: Database,
  query: PageQuery & { readonly agent?: string; readonly cause?: string },
): Page<DeathRow> {
  const { agent, cause } = query;
  const filters = `${agent === undefined ? "" : "and agent = ?"} ${
    cause === undefined ? "" : "and cause = ?"
  }`;
  return readPage(
    query,
    [Number.MAX_SAFE_INTEGER],
    ([id], limit) =>
      db.all<DeathRecord>(
        `select ${columns} from deaths where id < ? ${filters} order by id desc limit ?`,
        id,
        ...(agent === undefined ? [] : [agent]),
        ...(cause === undefined ? [] : [cause]),
        limit,
      ).map(decode),
    (row) => [row.id],
  );
}

function decode(record: DeathRecord): DeathRow {
  return {
    ...record,
    reason: fromText<string>(record.reason),
    offender: fromText<Json>(record.offender),
    evidence: fromText<Json>(record.evidence),
    response: record.response === null ? null : fromText<string>(record.response),
    decision: fromText<Json>(record.decision),
  };
}
