import { Buffer } from "node:buffer";
import { VivariumError } from "../core/errors.ts";
import type { Page, PageQuery } from "./types.ts";

/** Part of a row's place in a list. */
export type Key = string | number;

/** How many rows a page has when none is asked for, and at most. */
const usualRows = 100;
const mostRows = 1000;

/**
 * Reads one page of a list. A cursor is the key of the last row that was seen, so a list that grows
 * meanwhile neither repeats nor skips a row. Callers must take it as opaque.
 *
 * @param query limit and cursor, as they came
 * @param start the key before the first row
 * @param read gives at most `limit` rows after a key
 * @param keyOf the key of a row, of the same shape as `start`
 * @param most rows of a page at most
 * @throws {VivariumError} `bad-request` for a limit or a cursor that is none
 */
export function readPage<Row, const K extends readonly Key[]>(
  query: PageQuery,
  start: K,
  read: (after: { -readonly [I in keyof K]: Widen<K[I]> }, limit: number) => readonly Row[],
  keyOf: (row: Row) => { -readonly [I in keyof K]: Widen<K[I]> },
  most: number = mostRows,
): Page<Row> {
  const limit = pageLimit(query, most);
  const after = query.cursor === undefined ? start : decode(query.cursor, start);
  // One more than asked for, to know whether there is a next page.
  const rows = read(after as { -readonly [I in keyof K]: Widen<K[I]> }, limit + 1);
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last !== undefined ? encode(keyOf(last)) : null };
}

/** How many rows a page shall have. */
export function pageLimit({ limit = usualRows }: PageQuery, most: number = mostRows): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > most) {
    throw new VivariumError(
      "bad-request",
      `cannot read the list: 'limit' must be an integer from 1 to ${most}: received ${limit}`,
    );
  }
  return limit;
}

type Widen<T> = T extends string ? string : number;

function encode(key: readonly Key[]): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

function decode(cursor: string, like: readonly Key[]): readonly Key[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (
      Array.isArray(key) && key.length === like.length &&
      key.every((part, index) => typeof part === typeof like[index])
    ) return key;
  } catch {
    // Not one of ours: told below.
  }
  throw new VivariumError("bad-request", "cannot read the list: 'cursor' is not one of this list", {
    hint: "take 'next' of the page before, as it is",
  });
}
