import { createRoute, z } from "@hono/zod-openapi";
import type { ApiContext } from "../context.ts";

const metrics = createRoute({
  method: "get",
  path: "/metrics",
  operationId: "metrics",
  tags: ["house"],
  summary: "Figures for Prometheus, since the process began",
  responses: {
    200: {
      description: "the text format, version 0.0.4",
      content: { "text/plain": { schema: z.string() } },
    },
  },
});

/** Figures for whoever watches many houses. */
export function metricsRoutes({ app, metrics: { registry } }: ApiContext): void {
  app.openapi(metrics, async (c) =>
    c.text(await registry.metrics(), 200, {
      "content-type": registry.contentType,
    }));
}
