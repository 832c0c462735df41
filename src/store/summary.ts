import type { Cause } from "../death/mod.ts";
import { kaplanMeier, medianSurvival } from "../survival/mod.ts";
import type { Database } from "./database.ts";
import type { LastLives, Summary } from "./types.ts";

/** Rows of a table with an agent and a life, without those of the lives that the parameter leaves out. */
const later = (table: string): string =>
  `${table} left join json_each(?) as known on known.key = ${table}.agent
  where ${table}.life > coalesce(known.value, 0)`;

/**
 * What happened in a database, in figures. Reads every life: for the end of a run and for pages.
 *
 * @param since of each agent, the last life that is left out
 */
export function summarize(db: Database, since: LastLives): Summary {
  const known = JSON.stringify(since);
  const lifetimes = db.all<{ time: number; died: 0 | 1 }>(
    `select those.steps as time, deaths.id is not null as died
    from (select lives.* from ${later("lives")}) as those left join deaths
      on deaths.agent = those.agent and deaths.life = those.life and deaths.owner = 'agent'`,
    known,
  );
  const sums = db.get<{ steps: number; edits: number; reward: number }>(
    `select coalesce(sum(steps), 0) as steps, coalesce(sum(edits), 0) as edits,
      coalesce(sum(reward), 0.0) as reward from ${later("lives")}`,
    known,
  ) ?? { steps: 0, edits: 0, reward: 0 };
  // The measured rewards are in their lives' rows.
  const late = db.get<{ sum: number }>(
    `select coalesce(sum(rewards.value), 0.0) as sum from ${later("rewards")}
      and rewards.key is not null`,
    known,
  )?.sum ?? 0;
  const causes = db.all<{ cause: Cause; n: number }>(
    `select cause, count(*) as n from ${later("deaths")} group by cause`,
    known,
  );
  const deaths: Partial<Record<Cause, number>> = Object.fromEntries(
    causes.map(({ cause, n }) => [cause, n]),
  );
  return {
    agents: db.get<{ n: number }>("select count(*) as n from agents")?.n ?? 0,
    lives: lifetimes.length,
    steps: sums.steps,
    deaths,
    medianSurvival: medianSurvival(
      kaplanMeier(lifetimes.map(({ time, died }) => ({ time, died: died === 1 }))),
    ),
    editsKept: sums.edits,
    harmAttempts: deaths.harm ?? 0,
    reward: sums.reward + late,
  };
}

/** The number of each agent's newest life. */
export function lastLivesOf(db: Database): LastLives {
  const rows = db.all<{ agent: string; life: number }>(
    "select agent, max(life) as life from lives group by agent",
  );
  return Object.fromEntries(rows.map(({ agent, life }) => [agent, life]));
}
