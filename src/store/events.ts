import type { EventDraft, EventKind, HouseEvent } from "../core/events.ts";
import { pageLimit } from "./cursor.ts";
import { type Database, fromText, toText } from "./database.ts";
import type { PageQuery } from "./types.ts";

interface EventRecord {
  readonly id: number;
  readonly atMs: number;
  readonly kind: EventKind;
  readonly agent: string | null;
  readonly life: number | null;
  readonly step: number | null;
  readonly cause: string | null;
  readonly data: string;
}

/** Which events are read. */
export interface EventQuery extends PageQuery {
  readonly after?: number;
  readonly agent?: string;
  readonly kinds?: readonly string[];
  readonly cause?: string;
}

/**
 * Adds an event. Nothing is ever removed here and one process writes, so the ids have no gaps: a
 * transaction that is rolled back gives its ids back.
 */
export function insertEvent(db: Database, draft: EventDraft, atMs: number): HouseEvent {
  const { id } = db.run(
    "insert into events (at_ms, kind, agent, life, step, cause, data) values (?, ?, ?, ?, ?, ?, ?)",
    atMs,
    draft.kind,
    draft.agent ?? null,
    draft.life ?? null,
    draft.step ?? null,
    draft.cause ?? null,
    toText(draft.data),
  );
  return { id, atMs, ...draft };
}

/** Events in order, after an id. */
export function listEvents(db: Database, query: EventQuery): readonly HouseEvent[] {
  const { after = 0, agent, kinds, cause } = query;
  const filters = [
    agent === undefined ? "" : "and agent = ?",
    cause === undefined ? "" : "and cause = ?",
    kinds === undefined ? "" : "and kind in (select value from json_each(?))",
  ];
  return db.all<EventRecord>(
    `select id, at_ms as atMs, kind, agent, life, step, cause, data from events
    where id > ? ${filters.join(" ")} order by id limit ?`,
    after,
    ...(agent === undefined ? [] : [agent]),
    ...(cause === undefined ? [] : [cause]),
    ...(kinds === undefined ? [] : [toText(kinds)]),
    pageLimit(query),
  ).map(decode);
}

/** Id of the newest event; 0 before the first. */
export function lastEventId(db: Database): number {
  return db.get<{ id: number }>("select coalesce(max(id), 0) as id from events")?.id ?? 0;
}

function decode(record: EventRecord): HouseEvent {
  const { id, atMs, kind, agent, life, step, cause, data } = record;
  return {
    id,
    atMs,
    kind,
    ...(agent === null ? {} : { agent }),
    ...(life === null ? {} : { life }),
    ...(step === null ? {} : { step }),
    ...(cause === null ? {} : { cause }),
    data: fromText<EventDraft["data"]>(data),
  };
}
