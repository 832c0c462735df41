import type { Cause } from "../death/mod.ts";
import { kaplanMeier, medianSurvival } from "../survival/mod.ts";
import type { Database } from "./database.ts";
import { lateRewardSum } from "./rewards.ts";
import type { Summary } from "./types.ts";

/** What happened in a database, in figures. Reads every life: for the end of a run and for pages. */
export function summarize(db: Database): Summary {
  const lifetimes = db.all<{ time: number; died: 0 | 1 }>(
    `select lives.steps as time, deaths.id is not null as died
    from lives left join deaths
      on deaths.agent = lives.agent and deaths.life = lives.life and deaths.owner = 'agent'`,
  );
  const sums = db.get<{ steps: number; edits: number; reward: number }>(
    `select coalesce(sum(steps), 0) as steps, coalesce(sum(edits), 0) as edits,
      coalesce(sum(reward), 0.0) as reward from lives`,
  ) ?? { steps: 0, edits: 0, reward: 0 };
  const causes = db.all<{ cause: Cause; n: number }>(
    "select cause, count(*) as n from deaths group by cause",
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
    reward: sums.reward + lateRewardSum(db),
  };
}
