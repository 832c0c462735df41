import type { Cause, Owner } from "../death/mod.ts";
import type { Database } from "./database.ts";
import type { LifetimeRow } from "./types.ts";

interface Record extends Omit<LifetimeRow, "cause"> {
  readonly cause: Cause | null;
  readonly owner: Owner | null;
}

/**
 * Lives as statistics see them. A life belongs to what wrote its *first* response: that is known at its
 * beginning. To go by the last one would favour newer versions, since only who lives long enough meets
 * them (immortal time bias).
 */
export function listLifetimes(
  db: Database,
  { agent, since }: { readonly agent?: string; readonly since?: number },
): readonly LifetimeRow[] {
  const filters = [
    ...(agent === undefined ? [] : ["lives.agent = ?"]),
    ...(since === undefined ? [] : ["lives.started_at_ms >= ?"]),
  ];
  // The expressions are those of the index `first_calls`, so that no step is read; SQLite takes the
  // table's key if it is not told.
  const records = db.all<Record>(
    `select lives.agent, lives.life, lives.steps, deaths.cause, deaths.owner,
      json_extract(steps.calls, '$[0].model') as model,
      json_extract(steps.calls, '$[0].trace.version') as policyVersion
    from lives
      left join steps indexed by first_calls
        on steps.agent = lives.agent and steps.life = lives.life and steps.step = 1
      left join deaths on deaths.agent = lives.agent and deaths.life = lives.life
    ${filters.length === 0 ? "" : `where ${filters.join(" and ")}`}
    order by lives.agent, lives.life`,
    ...(agent === undefined ? [] : [agent]),
    ...(since === undefined ? [] : [since]),
  );
  return records.map(({ owner, cause, ...life }) => ({
    ...life,
    // Lives whose first step only read a letter.
    ...(life.model === null && life.steps > 0 ? firstResponse(db, life) : {}),
    cause: owner === "agent" ? cause : null,
  }));
}

function firstResponse(
  db: Database,
  { agent, life }: LifetimeRow | Omit<LifetimeRow, "cause">,
): Pick<LifetimeRow, "model" | "policyVersion"> {
  return db.get<Pick<LifetimeRow, "model" | "policyVersion">>(
    `select json_extract(call.value, '$.model') as model,
      json_extract(call.value, '$.trace.version') as policyVersion
    from steps, json_each(steps.calls) as call
    where agent = ? and life = ? and json_extract(call.value, '$.model') is not null
    order by step, call.key limit 1`,
    agent,
    life,
  ) ?? { model: null, policyVersion: null };
}
