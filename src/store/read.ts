import { backup, DatabaseSync } from "node:sqlite";
import { VivariumError } from "../core/errors.ts";
import { applicationId, migrations, userVersion } from "./migrations.ts";
import { openStore } from "./store.ts";
import type { Store } from "./types.ts";

/**
 * Opens a ledger to be read only; a house may be running on it meanwhile. A file of an older Vivarium
 * is read from a copy that was brought up to date, and stays as it is.
 *
 * @param path a SQLite file
 * @returns a store whose every writing method throws
 * @throws {VivariumError} `database` if the file is not there, is no Vivarium database, or is one of a
 *   newer Vivarium
 */
export async function readStore(path: string): Promise<Store> {
  if (!isFile(path)) {
    throw new VivariumError("database", `there is no database '${path}'`, {
      hint: "runs without --db leave theirs in .vivarium/runs",
    });
  }
  if (!isOlder(path)) return openStore(path, { readOnly: true });
  const folder = Deno.makeTempDirSync({ prefix: "vivarium-read-" });
  const remove = (): void => Deno.removeSync(folder, { recursive: true });
  try {
    const copy = `${folder}/copy.db`;
    await copyTo(path, copy);
    openStore(copy).close();
    const store = openStore(copy, { readOnly: true });
    const close = (): void => {
      store.close();
      remove();
    };
    return { ...store, close };
  } catch (error) {
    remove();
    throw error;
  }
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** Whether it is ours and behind; whatever else may be wrong is found when it is opened. */
function isOlder(path: string): boolean {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true });
    const id = Number(db.prepare("pragma application_id").get()?.["application_id"]);
    const version = userVersion(db);
    return id === applicationId && version > 0 && version < migrations.length;
  } catch {
    return false;
  } finally {
    if (db?.isOpen) db.close();
  }
}

/** SQLite's own backup: sound also while a house writes. */
async function copyTo(path: string, copy: string): Promise<void> {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    await backup(db, copy);
  } finally {
    db.close();
  }
}
