import type { Json } from "../core/json.ts";
import { besideStep, type ChainedValues, insertChained, nextPlace } from "./chain.ts";
import { readPage } from "./cursor.ts";
import { type Database, fromText, toText } from "./database.ts";
import { insertMeasured, rewardsBetween } from "./rewards.ts";
import type { Page, PageQuery, StepRow } from "./types.ts";

const columns = `agent, life, step, at_ms as atMs, letter, now_ms as nowMs, seed, energy, calls,
  answers, prints, returned, dropped, attempts, usage, edited, genome, query, lived`;

const jsonColumns = [
  "letter",
  "calls",
  "prints",
  "returned",
  "dropped",
  "attempts",
  "usage",
  "edited",
  "query",
] as const;

type StepRecord =
  & Omit<StepRow, typeof jsonColumns[number] | "answers" | "lived" | "rewards">
  & { readonly [Column in typeof jsonColumns[number]]: string }
  & { readonly answers: string | null; readonly lived: 0 | 1 };

/** Adds a step with its rewards. Its genome is there already. */
export function insertStep(db: Database, row: StepRow): void {
  const values: ChainedValues<"step"> = {
    agent: row.agent,
    life: row.life,
    step: row.step,
    at_ms: row.atMs,
    letter: toText(row.letter),
    now_ms: row.nowMs,
    seed: row.seed,
    energy: row.energy,
    calls: toText(row.calls),
    answers: row.answers === null ? null : toText(row.answers),
    prints: toText(row.prints),
    returned: toText(row.returned),
    dropped: toText(row.dropped),
    attempts: toText(row.attempts),
    usage: toText(row.usage),
    edited: toText(row.edited),
    genome: row.genome,
    query: toText(row.query),
    lived: row.lived ? 1 : 0,
  };
  const rewards = row.rewards.map(({ term, value }) => ({ term: toText(term), value }));
  const parent = db.get<{ parent: string | null }>(
    "select parent from genomes where hash = ?",
    row.genome,
  )?.parent;
  const place = nextPlace(db, "step", values, besideStep(parent ?? null, rewards));
  insertChained(db, "step", values, place);
  for (const reward of row.rewards) insertMeasured(db, row, reward);
}

/** A step by its place. */
export function stepBy(
  db: Database,
  agent: string,
  life: number,
  step: number,
): StepRow | undefined {
  const record = db.get<StepRecord>(
    `select ${columns} from steps where agent = ? and life = ? and step = ?`,
    agent,
    life,
    step,
  );
  return record === undefined ? undefined : withRewards(db, [record])[0];
}

/** Steps of an agent in order; of one life if named. */
export function listSteps(
  db: Database,
  agent: string,
  query: PageQuery & { readonly life?: number },
): Page<StepRow> {
  const { life } = query;
  const ofLife = life === undefined ? "" : "and life = ?";
  return readPage(
    query,
    [0, 0],
    (after, limit) =>
      withRewards(
        db,
        db.all<StepRecord>(
          `select ${columns} from steps where agent = ? and (life, step) > (?, ?) ${ofLife}
          order by life, step limit ?`,
          agent,
          ...after,
          ...(life === undefined ? [] : [life]),
          limit,
        ),
      ),
    (row) => [row.life, row.step],
  );
}

/** Steps of one agent in order, with the rewards of each. */
function withRewards(db: Database, records: readonly StepRecord[]): readonly StepRow[] {
  const [first] = records;
  const last = records.at(-1);
  if (first === undefined || last === undefined) return [];
  const rewards = rewardsBetween(db, first, last);
  return records.map((record) => ({
    ...record,
    letter: fromText<Json>(record.letter),
    calls: fromText<Json>(record.calls),
    answers: record.answers === null ? null : fromText<Json>(record.answers),
    prints: fromText<string[]>(record.prints),
    returned: fromText<Json>(record.returned),
    dropped: fromText<Json>(record.dropped),
    attempts: fromText<Json>(record.attempts),
    usage: fromText<Json>(record.usage),
    edited: fromText<string[]>(record.edited),
    query: fromText<string>(record.query),
    lived: record.lived === 1,
    rewards: rewards.get(`${record.life}/${record.step}`) ?? [],
  }));
}
