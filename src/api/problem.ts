import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { StatusCode } from "hono/utils/http-status";
import { type ErrorCode, errorCodes, messageOf, VivariumError } from "../core/errors.ts";
import { problemKinds } from "../core/problem.ts";

/** An RFC 9457 problem document. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ErrorCode;
  readonly hint?: string | undefined;
  readonly requestId?: string | undefined;
  readonly errors?: readonly { readonly field: string; readonly message: string }[] | undefined;
  readonly data?: Readonly<Record<string, unknown>> | undefined;
}

/** An RFC 9457 problem document, as every error of the API is told. */
export const problemSchema = z.object({
  type: z.string().openapi({ description: "`urn:vivarium:problem:` and the code" }),
  title: z.string().openapi({ description: "the kind of problem, in words" }),
  status: z.int(),
  detail: z.string().openapi({ description: "what is wrong with this request, in one line" }),
  code: z.enum(errorCodes).openapi({ description: "stable; for programs" }),
  hint: z.string().optional().openapi({ description: "what to do next" }),
  requestId: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional().openapi({
    description: "each field that is wrong",
  }),
  data: z.record(z.string(), z.unknown()).optional().openapi({ description: "facts, by code" }),
}).openapi("Problem");

/** Failures that belong to the life of a house: an agent that is down, slow or swamped. */
const ordinary = new Set<ErrorCode>(["unavailable", "timeout", "overloaded"]);

/** Told, in one line, of errors that are nobody's fault but ours. */
export type OnTrouble = (line: string) => void;

/** A request that could not be taken as it was, with every field that is wrong. */
export function badFields(error: z.ZodError): VivariumError {
  const errors = error.issues.map(({ path, message }) => ({
    field: path.join("."),
    // What was written is text; that it reads as NaN is our own business.
    message: message.replace(/, received NaN$/, ""),
  }));
  const [first] = errors;
  const where = first?.field ? `'${first.field}': ` : "";
  return new VivariumError(
    "bad-request",
    `cannot take the request: ${where}${first?.message ?? "it is wrong"}`,
    { hint: "/openapi.json has the schema of every request", data: { errors } },
  );
}

/**
 * The one place where an error becomes an answer.
 *
 * @param error whatever was thrown
 * @param c the request's context
 * @param onTrouble told of what is not the caller's doing
 */
export function problemOf(error: unknown, c: Context, onTrouble: OnTrouble): Response {
  if (error instanceof HTTPException) return ofException(error, c);
  if (error instanceof VivariumError) {
    if (!ordinary.has(error.code) && problemKinds[error.code].status >= 500) {
      onTrouble(lineOf(c, error));
    }
    return problem(c, { error });
  }
  onTrouble(lineOf(c, error));
  // What went wrong inside is for the log: it may hold what the caller must not see.
  return problem(c, {
    error: new VivariumError("internal", "an error inside; the log of the house has it"),
  });
}

/**
 * Hono's own refusals: a body that is no JSON, a media type, a bearer token. Some bring a ready
 * response, whose headers (WWW-Authenticate) must not be lost.
 */
function ofException(error: HTTPException, c: Context): Response {
  const code = error.status === 401 ? "unauthorized" : "bad-request";
  const detail = error.status === 401
    ? "this house answers only to its bearer token"
    : error.status === 415
    ? "the body must be JSON, and say so: content-type: application/json"
    : error.message || "it is wrong";
  const headers = new Headers(error.res?.headers);
  headers.delete("content-length");
  return problem(c, { error: new VivariumError(code, detail), status: error.status, headers });
}

/** What a problem document says of whatever was thrown, where the answer has begun already. */
export function problemBody(c: Context, error: unknown): Problem {
  const inside = new VivariumError("internal", "an error inside; the log of the house has it");
  return documentOf(c, { error: error instanceof VivariumError ? error : inside });
}

/** Writes a problem document. */
export function problem(
  c: Context,
  { error, status, title, headers = new Headers() }: {
    readonly error: VivariumError;
    /** Where HTTP has a finer status than the code. */
    readonly status?: number;
    readonly title?: string;
    readonly headers?: Headers;
  },
): Response {
  const document = documentOf(c, { error, status, title });
  headers.set("content-type", "application/problem+json");
  return c.newResponse(JSON.stringify(document), {
    status: document.status as StatusCode,
    headers,
  });
}

function documentOf(
  c: Context,
  { error, status, title }: {
    readonly error: VivariumError;
    readonly status?: number | undefined;
    readonly title?: string | undefined;
  },
): Problem {
  const { code, message, hint } = error;
  const { errors, ...data } = error.options.data ?? {};
  const requestId: unknown = c.get("requestId");
  return {
    type: `urn:vivarium:problem:${code}`,
    title: title ?? problemKinds[code].title,
    status: status ?? problemKinds[code].status,
    detail: message,
    code,
    ...(hint === undefined ? {} : { hint }),
    ...(typeof requestId === "string" ? { requestId } : {}),
    ...(Array.isArray(errors) ? { errors } : {}),
    ...(Object.keys(data).length === 0 ? {} : { data }),
  };
}

function lineOf(c: Context, error: unknown): string {
  return `${c.req.method} ${c.req.path}: ${messageOf(error)}`;
}
