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
      db.lists<DeathList>(
        `select ${columns} from deaths where id < ? ${filters} order by id desc limit ?`,
        id,
        ...(agent === undefined ? [] : [agent]),
        ...(cause === undefined ? [] : [cause]),
        limit,
      ).map(fromList),
    (row) => [row.id],
  );
}

/** The same as {@linkcode columns} name, in their order; a page has up to a thousand. */
type DeathList = readonly [
  id: number,
  agent: string,
  life: number,
  step: number,
  atMs: number,
  supervisor: string,
  context: DeathRow["context"],
  reason: string,
  offender: string,
  cause: DeathRow["cause"],
  owner: DeathRow["owner"],
  evidence: string,
  genomeBefore: DeathRow["genomeBefore"],
  response: string | null,
  policyVersion: number | null,
  detectedMs: number,
  decision: string,
];

function fromList(list: DeathList): DeathRow {
  return {
    id: list[0],
    agent: list[1],
    life: list[2],
    step: list[3],
    atMs: list[4],
    supervisor: list[5],
    context: list[6],
    reason: fromText<string>(list[7]),
    offender: fromText<Json>(list[8]),
    cause: list[9],
    owner: list[10],
    evidence: fromText<Json>(list[11]),
    genomeBefore: list[12],
    response: list[13] === null ? null : fromText<string>(list[13]),
    policyVersion: list[14],
    detectedMs: list[15],
    decision: fromText<Json>(list[16]),
  };
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
