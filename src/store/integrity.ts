import { DatabaseSync } from "node:sqlite";
import { messageOf, VivariumError } from "../core/errors.ts";
import { verifyHistory } from "./history.ts";
import { applicationId, migrations, userVersion } from "./migrations.ts";

/** What SQLite says of a file, before anything of ours looks into it. */
export interface FileHealth {
  /** Version of its schema. */
  readonly version: number;
  /** What is wrong, one line each; empty for a sound file. */
  readonly findings: readonly string[];
}

/** Findings of each kind that are told at most. */
const mostFindings = 20;

/**
 * Looks whether a database file is sound: SQLite's own structure, the schema's checks, every
 * reference from row to row, and the chains of what was lived. Reads all of it and writes nothing.
 *
 * @param path a Vivarium database
 * @throws {VivariumError} `database` if it is not there, cannot be read at all, or is not one of ours
 */
export function checkFile(path: string): FileHealth {
  let db: DatabaseSync | undefined;
  try {
    if (!Deno.statSync(path).isFile) throw new Error("it is not a file");
    db = new DatabaseSync(path, { readOnly: true, timeout: 1000 });
    const id = Number(db.prepare("pragma application_id").get()?.["application_id"]);
    if (id !== applicationId) throw new Error("it is not a Vivarium database");
    const version = userVersion(db);
    // One moment of the file, however long it takes: a house may be writing.
    db.exec("begin");
    const findings = [...versionOf(version), ...structureOf(db), ...referencesOf(db)];
    // An older file has no chains yet; one that is broken cannot be walked along.
    const whole = version === migrations.length && findings.length === 0;
    return { version, findings: whole ? verifyHistory(db) : findings };
  } catch (cause) {
    throw new VivariumError("database", `cannot check '${path}': ${messageOf(cause)}`, {
      hint: "name a database that a house has made",
      cause,
    });
  } finally {
    if (db?.isOpen) db.close();
  }
}

function versionOf(version: number): readonly string[] {
  if (version <= migrations.length) return [];
  return [`its schema is of version ${version}, newer than this Vivarium's ${migrations.length}`];
}

/** https://www.sqlite.org/pragma.html#pragma_integrity_check */
function structureOf(db: DatabaseSync): readonly string[] {
  return db.prepare(`pragma integrity_check(${mostFindings})`).all()
    .map((row) => String(row["integrity_check"])).filter((line) => line !== "ok");
}

/** https://www.sqlite.org/pragma.html#pragma_foreign_key_check */
function referencesOf(db: DatabaseSync): readonly string[] {
  const broken = db.prepare("select * from pragma_foreign_key_check limit ?").all(mostFindings);
  return broken.map((row) => {
    const place = row["rowid"] === null ? "a row" : `row ${row["rowid"]}`;
    return `${place} of '${row["table"]}' refers to a row of '${row["parent"]}' that is not there`;
  });
}
