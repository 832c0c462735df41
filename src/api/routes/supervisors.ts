import { createRoute, z } from "@hono/zod-openapi";
import { agentNameSchema } from "../../core/ids.ts";
import { genomeSchema } from "../../genome/mod.ts";
import { firstQueries } from "../../policy/mod.ts";
import {
  autoShutdowns,
  nestedSpecSchema,
  restartTypes,
  strategies,
  templateSchema,
} from "../../supervisor/mod.ts";
import type { ApiContext } from "../context.ts";
import { given, jsonBody, jsonContent, jsonSchema, pageOf, problems } from "../schemas.ts";

const tags = ["supervisors"];

const supervisorSchema = z.object({
  name: z.string(),
  supervisor: z.string().nullable().openapi({ description: "under whom it is; null for the root" }),
  strategy: z.enum(strategies),
  intensity: z.int().openapi({ description: "restarts allowed within the period" }),
  periodMs: z.int(),
  autoShutdown: z.enum(autoShutdowns),
  template: jsonSchema.openapi({
    description: "of a pool: the child spec that its agents have in common; else null",
  }),
  restart: z.enum(restartTypes),
  significant: z.boolean(),
  phase: z.enum(["starting", "up", "stopping", "ended", "down"]),
  restarts: z.int().openapi({ description: "restarts within the present window" }),
  children: z.array(z.object({
    name: z.string(),
    type: z.enum(["worker", "supervisor"]),
    restart: z.enum(restartTypes),
    significant: z.boolean(),
    phase: z.enum(["down", "waiting", "starting", "up", "stopping", "failed"]),
  })).readonly().openapi({ description: "in start order" }),
}).openapi("Supervisor");

const superviseSchema = nestedSpecSchema.extend({
  template: templateSchema.extend({
    firstQuery: templateSchema.shape.firstQuery.default(firstQueries[0]).openapi({
      description: "what the first step asks the model",
    }),
    genome: genomeSchema.optional().openapi({ type: "object" }),
  }).optional().openapi({
    description: "of a pool (simple_one_for_one): the child spec that its agents have in common",
  }),
}).openapi("Supervise", {
  example: { name: "pair", strategy: "one_for_all", intensity: 3, periodMs: 5000 },
});

const params = z.object({
  name: agentNameSchema.openapi({ param: { name: "name", in: "path" }, example: "pair" }),
});

const add = createRoute({
  method: "post",
  path: "/v1/supervisors",
  operationId: "startSupervisor",
  tags,
  summary: "Start a supervisor under another",
  request: { body: jsonBody(superviseSchema) },
  responses: { 201: jsonContent("it is up", supervisorSchema), ...problems },
});

const list = createRoute({
  method: "get",
  path: "/v1/supervisors",
  operationId: "listSupervisors",
  tags,
  summary: "The supervision tree: each supervisor after the one that it is under",
  responses: { 200: jsonContent("all supervisors", pageOf(supervisorSchema)), ...problems },
});

const look = createRoute({
  method: "get",
  path: "/v1/supervisors/{name}",
  operationId: "getSupervisor",
  tags,
  summary: "One supervisor, as it is at this moment",
  request: { params },
  responses: { 200: jsonContent("the supervisor", supervisorSchema), ...problems },
});

const remove = createRoute({
  method: "delete",
  path: "/v1/supervisors/{name}",
  operationId: "deleteSupervisor",
  tags,
  summary: "Stop a supervisor with all that is under it, last to first, and forget it",
  request: { params },
  responses: { 204: { description: "it is gone; its agents are stopped" }, ...problems },
});

/** For the type of the client. */
export const supervisorOperations = { add, list, look, remove };

/** Supervisors: start, look, stop. */
export function supervisorRoutes({ app, house: { supervisor } }: ApiContext): void {
  app.openapi(add, (c) => {
    const view = supervisor.supervisors.add(given(c.req.valid("json")));
    c.header("location", `/v1/supervisors/${view.name}`);
    return c.json(view, 201);
  });

  app.openapi(list, (c) => c.json({ items: supervisor.supervisors.list(), next: null }, 200));

  app.openapi(look, (c) => c.json(supervisor.supervisors.look(c.req.valid("param").name), 200));

  app.openapi(remove, async (c) => {
    await supervisor.supervisors.remove(c.req.valid("param").name);
    return c.body(null, 204);
  });
}
