import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Json } from "../../core/json.ts";
import { isLedgerRead } from "../middleware/conditions.ts";
import { scopeOf } from "../middleware/scopes.ts";
import { examples } from "./examples.ts";

/** The API, described: OpenAPI 3.1. */
export type ApiDocument = ReturnType<OpenAPIHono["getOpenAPI31Document"]>;

/** What the document says of itself. */
export const apiInfo = {
  title: "Vivarium",
  version: "0.1.0",
  description: "Agents that rewrite their own code, live or die by it, and learn from it.\n\n" +
    "Errors are problem documents (RFC 9457) with a stable `code`. Lists are paged: `next` of one " +
    "page is `cursor` of the following. What is read from the ledger has an `ETag`, and with " +
    "`If-None-Match` it is answered 304 while nothing has happened. A post with an `Idempotency-Key` " +
    "is carried out once. Every answer has an `x-request-id`.",
};

/**
 * The document of an app's routes, with what all routes have in common: scopes, tags, keys.
 *
 * @param app whose routes are described
 * @param secured whether tokens are asked for
 */
export function documentOf(app: OpenAPIHono, secured: boolean): ApiDocument {
  if (secured) {
    app.openAPIRegistry.registerComponent("securitySchemes", "bearer", {
      type: "http",
      scheme: "bearer",
    });
  }
  const document = app.getOpenAPI31Document({ openapi: "3.1.0", info: apiInfo });
  for (const [path, methods] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(methods as Record<string, Operation>)) {
      const scope = scopeOf(method.toUpperCase(), path);
      if (secured) operation.security = scope === null ? [] : [{ bearer: [scope] }];
      if (method === "get" && (isLedgerRead(path) || path.startsWith("/v1/stats/"))) {
        describeTag(operation);
      }
      if (method === "post") describeKey(operation);
      giveExample(operation);
    }
  }
  return document;
}

interface Media {
  example?: Json;
}

interface Operation {
  operationId: string;
  requestBody?: { content: Record<string, Media> };
  security?: Record<string, string[]>[];
  parameters?: { name: string; in: string; description?: string; schema: object }[];
  responses: Record<string, { description: string; content?: Record<string, Media> }>;
}

/** Where the routes do not bring their own. */
function giveExample({ operationId, requestBody, responses }: Operation): void {
  const { request, responses: answers = {} } = examples[operationId] ?? {};
  const [body] = Object.values(requestBody?.content ?? {});
  if (body !== undefined && request !== undefined) body.example ??= request;
  for (const [status, answer] of Object.entries(answers)) {
    const [media] = Object.values(responses[status]?.content ?? {});
    if (media !== undefined) media.example ??= answer;
  }
}

function describeTag(operation: Operation): void {
  operation.parameters = [...operation.parameters ?? [], {
    name: "if-none-match",
    in: "header",
    description: "the `ETag` of an answer that one has",
    schema: { type: "string" },
  }];
  operation.responses["304"] = { description: "nothing has happened since" };
}

function describeKey(operation: Operation): void {
  const parameters = operation.parameters ?? [];
  if (parameters.some(({ name }) => name === "idempotency-key")) return;
  operation.parameters = [...parameters, {
    name: "idempotency-key",
    in: "header",
    description: "the same key again is answered as the first time, for ten minutes",
    schema: { type: "string", minLength: 1, maxLength: 255 },
  }];
}
