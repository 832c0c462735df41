import { DatabaseSync } from "node:sqlite";
import { VivariumError } from "../core/errors.ts";

/**
 * Takes a database for one house alone. The lock is SQLite's own, on a file beside the database: the
 * system lets go of it when the process ends, however it ends, so a kill leaves nothing to clean up.
 *
 * @param db the database file, or `:memory:`, which nobody else can have
 * @returns lets go of the lock; calling it twice is harmless
 * @throws {VivariumError} `database` while another house has it
 */
export function lockDatabase(db: string): () => void {
  if (db === ":memory:") return () => {};
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(`${db}-lock`, { timeout: 0 });
    // A rollback journal: in WAL mode readers would still get in.
    lock.exec("pragma journal_mode = delete; begin exclusive;");
  } catch (cause) {
    if (lock?.isOpen) lock.close();
    throw new VivariumError("database", `the database '${db}' cannot be locked for this house`, {
      hint: "another house may be running on it: end that one, or name another file; " +
        "else see that its folder is there and can be written",
      cause,
    });
  }
  const held = lock;
  return () => {
    if (held.isOpen) held.close();
  };
}
