import { createRoute, z } from "@hono/zod-openapi";
import type { ApiContext } from "../context.ts";
import { messageOf } from "../../core/errors.ts";
import { jsonContent } from "../schemas.ts";

const healthSchema = z.object({ status: z.literal("ok") }).openapi("Health");

const readinessSchema = z.object({
  status: z.enum(["ready", "degraded"]),
  troubles: z.array(z.string()).openapi({ description: "why it is not ready, one line each" }),
}).openapi("Readiness");

const healthz = createRoute({
  method: "get",
  path: "/healthz",
  operationId: "health",
  tags: ["house"],
  summary: "Whether the process answers",
  security: [],
  responses: { 200: jsonContent("it does", healthSchema) },
});

const readyz = createRoute({
  method: "get",
  path: "/readyz",
  operationId: "readiness",
  tags: ["house"],
  summary: "Whether agents can live: the ledger can be read, and the policy process is up",
  security: [],
  responses: {
    200: jsonContent("they can", readinessSchema),
    503: jsonContent("they cannot, or not fully", readinessSchema),
  },
});

/** Liveness and readiness, for whoever watches the process. */
export function healthRoutes({ app, house, closing }: ApiContext): void {
  app.openapi(healthz, (c) => c.json({ status: "ok" as const }, 200));
  app.openapi(readyz, (c) => {
    const troubles: string[] = [];
    if (closing.aborted) troubles.push("the house is shutting down");
    if (house.policy?.ready === false) troubles.push("the policy process is down");
    try {
      house.store.lastEvent();
    } catch (error) {
      troubles.push(messageOf(error));
    }
    return troubles.length === 0
      ? c.json({ status: "ready" as const, troubles }, 200)
      : c.json({ status: "degraded" as const, troubles }, 503);
  });
}
