import { policyFolder } from "./policy_dir.ts";

/**
 * What to do where a house could not be opened after all: a database that the attempt has made is taken
 * away again, with all that lies beside it. One that was there before stays as it is.
 *
 * @param db the database file, not yet opened
 */
export function undoOf(db: string): () => Promise<void> {
  if (db === ":memory:" || mayBeThere(db)) return () => Promise.resolve();
  return async () => {
    for (const path of [db, `${db}-wal`, `${db}-shm`, `${db}-lock`, policyFolder(db)]) {
      await Deno.remove(path, { recursive: true }).catch(() => {});
    }
  };
}

function mayBeThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
}
