import type { GenomeHash } from "../core/ids.ts";
import type { Cause } from "../death/mod.ts";
import { readPage } from "./cursor.ts";
import { type Database, toText } from "./database.ts";
import type { LineageRow, Origin, Page, PageQuery } from "./types.ts";

/** A tree is drawn as a whole, so a page may hold more of it than of other lists. */
const mostGenomes = 10_000;
/** More steps than a life can have: (life, step) as one number, which SQLite can take the least of. */
const stepsOfALife = 10_000_000;

/** Where a genome first stood, over all agents that ever lived. */
export function originOf(db: Database, hash: string): Origin | undefined {
  return db.get<Origin>(
    `select agent, life, step, at_ms as atMs from (
      select s.agent, s.life, s.step, s.at_ms
      from (select distinct agent from lives) ever join steps s on s.rowid = (
        select rowid from steps where agent = ever.agent and genome = ? order by life, step limit 1
      )
      union all
      select agent, life, 0, started_at_ms from lives where born_from = ?
    ) order by at_ms, step limit 1`,
    hash,
    hash,
  );
}

/** How many steps an agent has lived that left it with this genome. */
export function livedWith(db: Database, agent: string, genome: GenomeHash): number {
  const [row] = db.all<{ steps: number }>(
    "select count(*) as steps from steps where agent = ? and genome = ? and lived = 1",
    agent,
    genome,
  );
  return row?.steps ?? 0;
}

/**
 * The genomes that an agent has been, by the first place of each. Their parents are the agent's own, so
 * they are a tree, or one more for each genome that a life was given from elsewhere.
 */
export function listGenomesOf(db: Database, agent: string, query: PageQuery): Page<LineageRow> {
  return readPage(
    query,
    [0, -1],
    ([life, step], limit) => {
      const rows = firstPlaces(db, agent, life, step, limit);
      const deaths = deathsIn(db, agent, rows.map(({ hash }) => hash));
      return rows.map((row) => ({ ...row, agent, deaths: deaths.get(row.hash) ?? [] }));
    },
    (row) => [row.life, row.step],
    mostGenomes,
  );
}

function firstPlaces(
  db: Database,
  agent: string,
  life: number,
  step: number,
  limit: number,
): Omit<LineageRow, "agent" | "deaths">[] {
  return db.all<Omit<LineageRow, "agent" | "deaths">>(
    `with
      places (genome, place) as (
        select genome, min(life * ${stepsOfALife} + step) from steps where agent = ?1
          group by genome
        union all
        select born_from, min(life * ${stepsOfALife}) from lives where agent = ?1
          group by born_from
      ),
      firsts (genome, life, step) as (
        select genome, min(place) / ${stepsOfALife}, min(place) % ${stepsOfALife} from places
        group by genome having min(place) > ?2 order by min(place) limit ?3
      )
    select f.genome as hash, f.life, f.step,
      case f.step
        when 0 then null
        when 1 then l.born_from
        else (select genome from steps
          where agent = ?1 and life = f.life and step = f.step - 1)
      end as parent,
      case f.step when 0 then l.started_at_ms else s.at_ms end as atMs
    from firsts f
      join lives l on l.agent = ?1 and l.life = f.life
      left join steps s on s.agent = ?1 and s.life = f.life and s.step = f.step
    order by f.life, f.step`,
    agent,
    life * stepsOfALife + step,
    limit,
  );
}

function deathsIn(
  db: Database,
  agent: string,
  hashes: readonly GenomeHash[],
): ReadonlyMap<string, { id: number; cause: Cause }[]> {
  const records = db.all<{ genome: string; id: number; cause: Cause }>(
    `select genome_before as genome, id, cause from deaths
    where agent = ? and genome_before in (select value from json_each(?)) order by id`,
    agent,
    toText(hashes),
  );
  const deaths = new Map<string, { id: number; cause: Cause }[]>();
  for (const { genome, ...death } of records) {
    const list = deaths.get(genome) ?? [];
    list.push(death);
    deaths.set(genome, list);
  }
  return deaths;
}
