import type { PolicyVersion } from "../core/episode.ts";
import { readPage } from "./cursor.ts";
import { type Database, fromText, toText } from "./database.ts";
import type { Page, PageQuery } from "./types.ts";

/** Adds a version, or writes it over: a policy process that died may publish its number again. */
export function putPolicyVersion(db: Database, version: PolicyVersion): void {
  db.run(
    `insert into policy_versions (version, parent, hash, created_at_ms, metrics)
    values (?, ?, ?, ?, ?)
    on conflict (version) do update set parent = excluded.parent, hash = excluded.hash,
      created_at_ms = excluded.created_at_ms, metrics = excluded.metrics`,
    version.version,
    version.parent,
    version.hash,
    version.createdAtMs,
    toText(version.metrics),
  );
}

/** Versions, newest first. */
export function listPolicyVersions(db: Database, query: PageQuery): Page<PolicyVersion> {
  return readPage(
    query,
    [Number.MAX_SAFE_INTEGER],
    ([version], limit) =>
      db.all<Omit<PolicyVersion, "metrics"> & { readonly metrics: string }>(
        `select version, parent, hash, created_at_ms as createdAtMs, metrics from policy_versions
        where version < ? order by version desc limit ?`,
        version,
        limit,
      ).map((record) => ({
        ...record,
        metrics: fromText<PolicyVersion["metrics"]>(record.metrics),
      })),
    (row) => [row.version],
  );
}
