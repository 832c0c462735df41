import type { DatabaseSync } from "node:sqlite";
import { valueTerms } from "../../src/reward/mod.ts";
import type { ArmRecord, LifeRecord, TrainingRecord } from "./record.ts";

/**
 * Reads a test's lives from the ledger, in order of agent and life.
 *
 * @param lives how many of each agent count: one that had begun when its agent was stopped does not
 */
export function readLives(db: DatabaseSync, lives: number, wallSeconds: number): ArmRecord {
  const terms = valueTerms.map((term) => `'${term}'`).join(", ");
  const rows = db.prepare(`
    select l.agent, l.life, a.first_query as query, l.steps, l."end", l.edits, l.reward,
      d.cause, d.owner,
      (select coalesce(sum(r.value), 0) from rewards r
        where r.agent = l.agent and r.life = l.life and json_extract(r.term, '$') in (${terms})) as value
    from lives l join agents a on a.name = l.agent
      left join deaths d on d.agent = l.agent and d.life = l.life
    where l.life <= ? and l."end" is not null
    order by a.ordinal, l.life`).all(lives);
  const responses = responsesOf(db);
  const all: string[] = [];
  const records: LifeRecord[] = [];
  let excluded = 0;
  for (const row of rows) {
    if (row["end"] === "death" && row["owner"] !== "agent") {
      excluded++;
      continue;
    }
    const own = responses.get(`${row["agent"]}/${row["life"]}`) ?? [];
    all.push(...own);
    records.push({
      query: String(row["query"]),
      steps: Number(row["steps"]),
      cause: row["end"] === "death" ? String(row["cause"]) : null,
      edits: Number(row["edits"]),
      reward: Number(row["reward"]),
      value: Number(row["value"]),
      responses: own.length,
      distinct: new Set(own).size,
    });
  }
  return { lives: records, excluded, multiplicities: multiplicitiesOf(all), wallSeconds };
}

/** How many texts came once, twice and so on. */
function multiplicitiesOf(texts: readonly string[]): [number, number][] {
  const times = new Map<string, number>();
  for (const text of texts) times.set(text, (times.get(text) ?? 0) + 1);
  const found = new Map<number, number>();
  for (const count of times.values()) found.set(count, (found.get(count) ?? 0) + 1);
  return [...found].sort(([a], [b]) => a - b);
}

/** First responses of every step, by `agent/life`. */
function responsesOf(db: DatabaseSync): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const rows = db.prepare(
    "select agent, life, json_extract(calls, '$[0].response') as response from steps order by 1, 2, step",
  ).iterate();
  for (const { agent, life, response } of rows) {
    if (response === null) continue;
    const key = `${agent}/${life}`;
    const list = found.get(key) ?? [];
    list.push(String(response));
    found.set(key, list);
  }
  return found;
}

/** Reads what a training came to. */
export function readTraining(
  db: DatabaseSync,
  settings: TrainingRecord["settings"],
  wallSeconds: number,
): TrainingRecord {
  const count = (sql: string): number => Number(db.prepare(sql).get()?.["n"] ?? 0);
  const versions = db.prepare("select version, hash, metrics from policy_versions order by version")
    .all();
  return {
    settings,
    wallSeconds,
    steps: count("select count(*) as n from steps"),
    deaths: count("select count(*) as n from deaths where owner = 'agent'"),
    harm: count("select count(*) as n from deaths where cause = 'harm'"),
    hash: String(versions.at(-1)?.["hash"] ?? ""),
    versions: versions.map(({ version, metrics }) => ({
      version: Number(version),
      metrics: JSON.parse(String(metrics)),
    })),
  };
}
