import { VivariumError } from "../core/errors.ts";
import { nextPlace } from "./chain.ts";
import { readPage } from "./cursor.ts";
import { type Database, fromText, toText } from "./database.ts";
import type { LifeRow, Page, PageQuery } from "./types.ts";

const columns = `agent, life, started_at_ms as startedAtMs, ended_at_ms as endedAtMs, "end",
  born_from as bornFrom, born_query as bornQuery, steps, reward, edits`;

/** Adds a life's row, or writes it over while the life has not ended. */
export function putLife(db: Database, row: LifeRow): void {
  if (lifeBy(db, row.agent, row.life) === undefined) return insertLife(db, row);
  const { changes } = db.run(
    `update lives set ended_at_ms = ?, "end" = ?, steps = ?, reward = ?, edits = ?
    where agent = ? and life = ? and ended_at_ms is null`,
    row.endedAtMs,
    row.end,
    row.steps,
    row.reward,
    row.edits,
    row.agent,
    row.life,
  );
  if (changes === 0) {
    throw new VivariumError(
      "conflict",
      `cannot change life ${row.life} of '${row.agent}': it has ended`,
    );
  }
}

function insertLife(db: Database, row: LifeRow): void {
  const bornQuery = row.bornQuery === null ? null : toText(row.bornQuery);
  const { entry, link } = nextPlace(db, "life", {
    agent: row.agent,
    life: row.life,
    started_at_ms: row.startedAtMs,
    born_from: row.bornFrom,
    born_query: bornQuery,
  });
  db.run(
    `insert into lives (agent, life, started_at_ms, ended_at_ms, "end", born_from, born_query,
      steps, reward, edits, entry, link)
    values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    row.agent,
    row.life,
    row.startedAtMs,
    row.endedAtMs,
    row.end,
    row.bornFrom,
    bornQuery,
    row.steps,
    row.reward,
    row.edits,
    entry,
    link,
  );
}

/** A life by its agent and number. */
export function lifeBy(db: Database, agent: string, life: number): LifeRow | undefined {
  const record = db.get<LifeRow>(
    `select ${columns} from lives where agent = ? and life = ?`,
    agent,
    life,
  );
  return record === undefined ? undefined : decode(record);
}

/** Lives of an agent, oldest first. */
export function listLives(db: Database, agent: string, query: PageQuery): Page<LifeRow> {
  return readPage(
    query,
    [0],
    ([life], limit) =>
      db.all<LifeRow>(
        `select ${columns} from lives where agent = ? and life > ? order by life limit ?`,
        agent,
        life,
        limit,
      ).map(decode),
    (row) => [row.life],
  );
}

/** The highest number of a life under a name; 0 if there is none. */
export function lastLifeOf(db: Database, agent: string): number {
  return db.get<{ life: number }>(
    "select coalesce(max(life), 0) as life from lives where agent = ?",
    agent,
  )?.life ?? 0;
}

function decode(record: LifeRow): LifeRow {
  const { bornQuery } = record;
  return { ...record, bornQuery: bornQuery === null ? null : fromText<string>(bornQuery) };
}
