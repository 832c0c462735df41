import { createRoute, z } from "@hono/zod-openapi";
import { profiles } from "../../cell/mod.ts";
import { messageOf, VivariumError } from "../../core/errors.ts";
import { powerKinds } from "../../powers/mod.ts";
import type { ApiContext } from "../context.ts";
import { jsonContent, problems } from "../schemas.ts";

const tags = ["house"];
const healthSchema = z.object({ status: z.literal("ok") }).openapi("Health");

const layersSchema = z.array(z.string()).readonly().openapi({
  description: "layers of the operating system around each cell",
});
const missingSchema = z.array(z.string()).readonly().openapi({
  description: "a sentence for each layer that is not there, and what that means",
});
const profileSchema = z.enum(profiles).openapi({ description: "how hard each cell is locked" });

const readinessSchema = z.object({
  status: z.enum(["ready", "degraded", "unready"]).openapi({
    description:
      "`degraded`: something is missing or in trouble, and the house goes on with what " +
      "it can: messages are taken, agents wait or live; `unready`: it can answer for nothing",
  }),
  troubles: z.array(z.string()).openapi({ description: "why it is not ready, one line each" }),
  containment: z.object({ profile: profileSchema, layers: layersSchema, missing: missingSchema })
    .nullable(),
}).openapi("Readiness");

const limit = (description: string): z.ZodInt => z.int().openapi({ description });

const houseSchema = z.object({
  startedAtMs: z.number(),
  seed: z.int(),
  model: z.string().openapi({ description: "what writes responses" }),
  horizon: limit("steps after which a life is cut"),
  profile: profileSchema,
  layers: layersSchema,
  missing: missingSchema,
  limits: z.object({
    stepMs: limit("deadline of a step, waits for the model excluded, in milliseconds"),
    cpuMs: limit("processor time of a step, in milliseconds"),
    readyMs: limit("deadline from launch to ready, in milliseconds"),
    heapMb: limit("V8's heap, in MiB"),
    memoryMb: limit("resident memory of the cell, in MiB"),
    printBytes: limit("what a step may print, in bytes of UTF-8"),
    messages: limit("messages of a step"),
    modelCalls: limit("model calls of a step"),
    modelTokens: limit("tokens of the model that a step may use, read and written"),
    timers: limit("timers that wait at once"),
    genomeBytes: limit("a genome's canonical text, in bytes"),
    frameBytes: limit("one frame on the pipe, in bytes"),
  }).openapi({ description: "of an agent whose child spec names none" }),
  powers: z.array(z.object({
    name: z.string().openapi({ description: "as a child spec grants it" }),
    kind: z.enum(powerKinds),
    about: z.string().openapi({ description: "what it gives" }),
  })).readonly().openapi({
    description: "what a child spec may grant; only who starts a house adds to it",
  }),
}).openapi("House");

const healthz = createRoute({
  method: "get",
  path: "/healthz",
  operationId: "health",
  tags,
  summary: "Whether the process answers",
  responses: { 200: jsonContent("it does", healthSchema) },
});

const readyz = createRoute({
  method: "get",
  path: "/readyz",
  operationId: "readiness",
  tags,
  summary: "Whether the house is at work, what is in trouble, and how well agents are locked up",
  responses: {
    200: jsonContent("it is, perhaps degraded", readinessSchema),
    503: jsonContent(
      "it is not: it is shutting down, or cannot read its database",
      readinessSchema,
    ),
  },
});

const about = createRoute({
  method: "get",
  path: "/v1/house",
  operationId: "getHouse",
  tags,
  summary: "What the house was started with: model, profile, layers, limits, powers",
  responses: { 200: jsonContent("the house", houseSchema), ...problems },
});

/** For the type of the client. */
export const houseOperations = { healthz, readyz, about };

/** Liveness and readiness, for whoever watches the process; and what the house is. */
export function healthRoutes({ app, house, closing }: ApiContext): void {
  app.openapi(healthz, (c) => c.json({ status: "ok" as const }, 200));

  app.openapi(readyz, (c) => {
    const troubles: string[] = [];
    if (closing.aborted) troubles.push("the house is shutting down");
    try {
      house.store.lastEvent();
    } catch (error) {
      troubles.push(messageOf(error));
    }
    const { profile, layers, missing = [] } = house.about ?? {};
    const containment = profile === undefined || layers === undefined
      ? null
      : { profile, layers, missing };
    if (troubles.length > 0) {
      return c.json({ status: "unready" as const, troubles, containment }, 503);
    }
    const present = [house.supervisor.trouble, house.policy?.trouble];
    const lacking = [...missing, ...present.filter((trouble) => trouble !== undefined)];
    const status = lacking.length > 0 ? "degraded" as const : "ready" as const;
    return c.json({ status, troubles: lacking, containment }, 200);
  });

  app.openapi(about, (c) => {
    if (house.about === undefined) {
      throw new VivariumError("unavailable", "nobody runs this house: its file is only read", {
        hint: "start a house on the file: deno task run --db FILE",
      });
    }
    return c.json(house.about, 200);
  });
}
