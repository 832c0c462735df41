import { VivariumError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";
import { type Database, fromText, toText } from "./database.ts";
import type { LetterRow } from "./types.ts";

/** Accepts a letter into an agent's mailbox. */
export function insertLetter(db: Database, letter: Omit<LetterRow, "id">): LetterRow {
  if (db.get("select 1 from agents where name = ?", letter.to) === undefined) {
    throw new VivariumError("not-found", `cannot send to '${letter.to}': there is no such agent`);
  }
  const { id } = db.run(
    "insert into letters (recipient, sender, kind, body, at_ms, life) values (?, ?, ?, ?, ?, ?)",
    letter.to,
    letter.from,
    letter.kind,
    toText(letter.body),
    letter.atMs,
    letter.life ?? null,
  );
  return { id, ...letter };
}

/** Takes a handled letter out; one that is gone already is no matter. */
export function deleteLetter(db: Database, id: number): void {
  db.run("delete from letters where id = ?", id);
}

/** Letters accepted and not handled, oldest first. */
export function lettersOf(db: Database, agent: string): readonly LetterRow[] {
  return db.all<Omit<LetterRow, "body" | "life"> & { readonly body: string; life: number | null }>(
    `select id, recipient as "to", sender as "from", kind, body, at_ms as atMs, life
    from letters where recipient = ? order by id`,
    agent,
  ).map(({ life, body, ...letter }) => ({
    ...letter,
    body: fromText<Json>(body),
    ...(life === null ? {} : { life }),
  }));
}
