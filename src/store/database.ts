import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { messageOf, VivariumError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import { applicationId, migrate, migrations, userVersion } from "./migrations.ts";

/** What a write waits for another process at most, in milliseconds: the whole house waits with it. */
const busyMs = 1000;

/** How a database file is opened. */
export interface DatabaseOptions {
  /**
   * What a commit outlives. `NORMAL`: the end of the process, kill -9 included (0.2 ms a commit);
   * when the machine itself loses power the last commits may be missing, and the file is sound.
   * `FULL`: power loss too, at the price of a disk flush for each commit (2.5 ms), during which the
   * one thread of the supervisor stands still.
   *
   * @default "NORMAL"
   */
  readonly synchronous?: "NORMAL" | "FULL";
  /** Nothing is written: no migration either, so an older file is refused. @default false */
  readonly readOnly?: boolean;
}

/**
 * One SQLite connection: prepared statements, kept by their text; transactions; SQLite's errors as
 * {@linkcode VivariumError} `database`. It knows no table.
 */
export class Database {
  readonly path: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  #inside = false;

  /**
   * @param path a file, made if it is not there (its folder must be); or `:memory:`
   * @throws {VivariumError} `database` if it cannot be opened, is no Vivarium database, or is one of
   *   a newer Vivarium. Such a file is left as it was.
   */
  constructor(path: string, options: DatabaseOptions = {}) {
    this.path = path;
    const { readOnly = false } = options;
    this.#db = openFile(path, readOnly);
    try {
      refuseForeign(path, this.#db);
      if (readOnly) {
        refuseOlder(path, this.#db);
        return;
      }
      if (path !== ":memory:") this.#db.prepare("pragma journal_mode = wal").get();
      this.#db.exec(`pragma synchronous = ${options.synchronous ?? "NORMAL"}`);
      migrate(this.#db);
    } catch (error) {
      this.#db.close();
      throw this.#failure(error, "be opened");
    }
  }

  /** The rows of a query. Tables are STRICT, so a record's types are what its columns say. */
  all<Row>(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#use(
      sql,
      (statement) => statement.all(...values).map((row) => ({ ...row }) as Row),
    );
  }

  /**
   * The rows of a query as lists of values, in the order of its columns: for long pages, where a record
   * without a prototype for each row costs more than to read it. Its text must be no other query's.
   */
  lists<List>(sql: string, ...values: SQLInputValue[]): List[] {
    return this.#use(sql, (statement) => {
      // Node's types of this version do not know it yet.
      (statement as StatementSync & { setReturnArrays(on: boolean): void }).setReturnArrays(true);
      return statement.all(...values) as unknown as List[];
    });
  }

  /** The first row of a query. */
  get<Row>(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#use(sql, (statement) => {
      const row = statement.get(...values);
      return row === undefined ? undefined : { ...row } as Row;
    });
  }

  /** Runs a change; returns how many rows changed and the id of the last one added. */
  run(sql: string, ...values: SQLInputValue[]): { changes: number; id: number } {
    return this.#use(sql, (statement) => {
      const { changes, lastInsertRowid } = statement.run(...values);
      return { changes: Number(changes), id: Number(lastInsertRowid) };
    });
  }

  /** All or nothing. Within another transaction it is part of that one. */
  transaction<T>(body: () => T): T {
    if (this.#inside) return body();
    this.run("begin immediate");
    this.#inside = true;
    try {
      const result = body();
      // References are checked here, so that rows may be given in any order.
      this.run("commit");
      return result;
    } catch (error) {
      if (this.#db.isTransaction) this.run("rollback");
      throw error;
    } finally {
      this.#inside = false;
    }
  }

  /** Closes the file; what was committed is in it. Idempotent. */
  close(): void {
    this.#statements.clear();
    if (this.#db.isOpen) this.#db.close();
  }

  #use<T>(sql: string, use: (statement: StatementSync) => T): T {
    try {
      let statement = this.#statements.get(sql);
      if (statement === undefined) {
        statement = this.#db.prepare(sql);
        this.#statements.set(sql, statement);
      }
      return use(statement);
    } catch (error) {
      throw this.#failure(error, "be used");
    }
  }

  #failure(error: unknown, what: string): VivariumError {
    if (error instanceof VivariumError) return error;
    // The file is well; what was to be written is not. Trying again would not help.
    const constraint = messageOf(error).includes("constraint failed");
    return new VivariumError(
      constraint ? "conflict" : "database",
      `the database '${this.path}' cannot ${what}: ${messageOf(error)}`,
      { cause: error, hint: hintFor(messageOf(error)) },
    );
  }
}

function openFile(path: string, readOnly: boolean): DatabaseSync {
  try {
    return new DatabaseSync(path, {
      enableForeignKeyConstraints: true,
      timeout: busyMs,
      readOnly,
    });
  } catch (error) {
    throw new VivariumError("database", `the database '${path}' cannot be opened`, {
      cause: error,
      hint: "name a file in a folder that is there and that you may write to",
    });
  }
}

/** Looks before anything is written: somebody else's file must stay as it is. */
function refuseForeign(path: string, db: DatabaseSync): void {
  const id = Number(db.prepare("pragma application_id").get()?.["application_id"]);
  const tables = Number(db.prepare("select count(*) as n from sqlite_schema").get()?.["n"]);
  if (id !== applicationId && (id !== 0 || tables > 0)) {
    throw new VivariumError("database", `'${path}' is not a Vivarium database`, {
      hint: "it is another program's SQLite file; name another file",
    });
  }
  const version = userVersion(db);
  if (version > migrations.length) {
    throw new VivariumError(
      "database",
      `the database '${path}' is of version ${version}, newer than this Vivarium's ${migrations.length}`,
      { hint: "use the Vivarium that made it, or a newer one" },
    );
  }
}

/** What is only read cannot be brought up to the newest schema. */
function refuseOlder(path: string, db: DatabaseSync): void {
  const version = userVersion(db);
  if (version === migrations.length) return;
  throw new VivariumError(
    "database",
    version === 0
      ? `'${path}' is not a Vivarium database: it is empty`
      : `the database '${path}' is of version ${version}, older than this Vivarium's ${migrations.length}`,
    { hint: "run a house on it once, which brings it up to date" },
  );
}

function hintFor(message: string): string {
  if (message.includes("not a database")) return "it is not a SQLite file; name another file";
  if (message.includes("locked")) return "another process is writing to it; end that one first";
  if (message.includes("full")) return "make room on the disk";
  if (message.includes("readonly")) return "the file and its folder must be writable";
  return "see the message; if the file is damaged, go on with a copy or a new one";
}

/** The text of a value in a JSON column. */
export function toText(value: Json | readonly string[] | object): string {
  return JSON.stringify(value);
}

/** The value of a JSON column, which we wrote ourselves. */
export function fromText<T>(text: string): T {
  return JSON.parse(text) as T;
}
