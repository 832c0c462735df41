import type { ErrorCode } from "./errors.ts";

/** What each kind of failure is over HTTP: the status and the title of its problem document (RFC 9457). */
export const problemKinds: Readonly<
  Record<ErrorCode, { readonly status: number; readonly title: string }>
> = {
  "bad-usage": { status: 400, title: "Bad usage" },
  "bad-request": { status: 400, title: "Bad request" },
  unauthorized: { status: 401, title: "Unauthorized" },
  forbidden: { status: 403, title: "Forbidden" },
  "not-found": { status: 404, title: "Not found" },
  conflict: { status: 409, title: "Conflict" },
  "too-large": { status: 413, title: "Too large" },
  overloaded: { status: 503, title: "Overloaded" },
  unavailable: { status: 503, title: "Unavailable" },
  timeout: { status: 504, title: "No answer in time" },
  database: { status: 503, title: "The database cannot be used" },
  provider: { status: 502, title: "The model did not answer" },
  checkpoint: { status: 500, title: "A checkpoint cannot be used" },
  script: { status: 500, title: "A script cannot be used" },
  "port-in-use": { status: 500, title: "A port is in use" },
  cell: { status: 500, title: "A cell failed" },
  internal: { status: 500, title: "Internal error" },
};
