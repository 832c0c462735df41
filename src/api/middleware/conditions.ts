import type { Context, MiddlewareHandler } from "hono";
import { VivariumError } from "../../core/errors.ts";
import type { ApiStore } from "../house.ts";
import { problem } from "../problem.ts";

/**
 * Reads of the ledger are a function of their address and the newest event, so that event's id is the
 * tag of all of them: who has the answer already is told so before anything is read (304).
 *
 * @param store the ledger
 * @param opening tells this opening of the ledger from any other: ids begin anew in a new database
 */
export function ledgerTag(store: Pick<ApiStore, "lastEvent">, opening: string): MiddlewareHandler {
  return async function ledgerTag(c, next) {
    if (!["GET", "HEAD"].includes(c.req.method) || !isLedgerRead(c.req.path)) return await next();
    const tag = tagOfLedger(opening, store.lastEvent());
    if (namesTag(c.req.header("if-none-match"), tag)) return c.body(null, 304, { etag: tag });
    await next();
    if (c.res.status === 200) c.res.headers.set("etag", tag);
  };
}

/** Whether a path is read from the ledger alone, and by no clock and no process. */
export function isLedgerRead(path: string): boolean {
  return /^\/v1\/(deaths|genomes)(\/|$)/.test(path) && !path.endsWith("/replay") ||
    /^\/v1\/agents\/[^/]+\/(lives|steps|lineage|genome)$/.test(path);
}

/** A list of tags, as in If-Match and If-None-Match; weak ones are compared by their text. */
export function namesTag(header: string | undefined, tag: string): boolean {
  const opaque = (text: string): string => text.trim().replace(/^W\//, "");
  return (header ?? "").split(",").some((each) => opaque(each) === opaque(tag));
}

/** The tag of what was read from the ledger when this was its newest event. */
export function tagOfLedger(opening: string, event: number): string {
  return `W/"${opening}-${event}"`;
}

/**
 * Refuses an order that was given in view of something that has changed since.
 *
 * @param c the request; without `If-Match`, or with `*`, it is carried out whatever is
 * @param tag of what is now
 * @returns a response where the order is refused (412)
 */
export function changedSince(c: Context, tag: string): Response | undefined {
  const header = c.req.header("if-match");
  if (header === undefined || header.trim() === "*" || namesTag(header, tag)) return undefined;
  return problem(c, {
    error: new VivariumError("conflict", "it has changed since you looked", {
      hint: "read it again, and decide again",
      data: { etag: tag },
    }),
    status: 412,
    title: "Precondition failed",
    headers: new Headers({ etag: tag }),
  });
}
