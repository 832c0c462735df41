import { VivariumError } from "../core/errors.ts";
import { type Database, fromText, toText } from "./database.ts";
import type { LateReward, RewardTerm } from "./types.ts";

interface Place {
  readonly agent: string;
  readonly life: number;
  readonly step: number;
}

/** Adds a term that was measured with a step. */
export function insertMeasured(db: Database, place: Place, reward: RewardTerm): void {
  db.run(
    "insert into rewards (agent, life, step, term, value) values (?, ?, ?, ?, ?)",
    place.agent,
    place.life,
    place.step,
    toText(reward.term),
    reward.value,
  );
}

/** Adds a late reward, once by its key. */
export function insertLate(db: Database, reward: LateReward): "added" | "again" {
  const { key, agent, life, step, term, value } = reward;
  const before = db.get<Omit<LateReward, "key">>(
    "select agent, life, step, term, value from rewards where key = ?",
    toText(key),
  );
  if (before !== undefined) {
    const same = before.agent === agent && before.life === life && before.step === step &&
      before.term === toText(term) && before.value === value;
    if (same) return "again";
    throw new VivariumError("conflict", `the key '${key}' came before, with another reward`, {
      hint: "use a new key for a new reward",
    });
  }
  const known = step === null
    ? db.get("select 1 from lives where agent = ? and life = ?", agent, life)
    : db.get("select 1 from steps where agent = ? and life = ? and step = ?", agent, life, step);
  if (known === undefined) {
    const what = step === null ? "" : `step ${step} of `;
    throw new VivariumError(
      "not-found",
      `cannot add the reward: there is no ${what}life ${life} of '${agent}'`,
      { hint: "GET /v1/agents/{name}/steps lists the steps" },
    );
  }
  db.run(
    "insert into rewards (agent, life, step, term, value, key) values (?, ?, ?, ?, ?, ?)",
    agent,
    life,
    step,
    toText(term),
    value,
    toText(key),
  );
  return "added";
}

/**
 * The terms of an agent's steps from one to another, by `life/step`; measured ones before late ones.
 */
export function rewardsBetween(
  db: Database,
  first: Place,
  last: Place,
): ReadonlyMap<string, readonly RewardTerm[]> {
  const records = db.all<{ life: number; step: number; term: string; value: number }>(
    `select life, step, term, value from rewards
    where agent = ? and (life, step) >= (?, ?) and (life, step) <= (?, ?) and step is not null
    order by life, step, id`,
    first.agent,
    first.life,
    first.step,
    last.life,
    last.step,
  );
  const terms = new Map<string, RewardTerm[]>();
  for (const { life, step, term, value } of records) {
    const place = `${life}/${step}`;
    const list = terms.get(place) ?? [];
    list.push({ term: fromText<string>(term), value });
    terms.set(place, list);
  }
  return terms;
}
