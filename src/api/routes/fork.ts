import { createRoute, z } from "@hono/zod-openapi";
import { agentNameSchema, genomeHashSchema } from "../../core/ids.ts";
import { forkSpec } from "../../supervisor/mod.ts";
import type { ApiContext } from "../context.ts";
import { agentParams, agentSchema, jsonBody, jsonContent, problems } from "../schemas.ts";

const forkSchema = z.strictObject({
  name: agentNameSchema.openapi({ description: "of the new agent" }),
  genome: genomeHashSchema.optional().openapi({ description: "one that the agent has been" }),
  life: z.int().min(1).optional().openapi({ description: "its birth, where no step is named" }),
  step: z.int().min(1).optional().openapi({ description: "what the agent was after it" }),
}).openapi("Fork", { example: { name: "adas-fork", life: 1, step: 3 } });

const fork = createRoute({
  method: "post",
  path: "/v1/agents/{name}/fork",
  operationId: "forkAgent",
  tags: ["agents"],
  summary: "Start a new agent from where another one is or was: genome, state and query",
  request: { params: agentParams, body: jsonBody(forkSchema) },
  responses: { 201: jsonContent("it has begun", agentSchema), ...problems },
});

/** For the type of the client. */
export const forkOperations = { fork };

/** New agents from old ones. */
export function forkRoutes({ app, house: { store, supervisor } }: ApiContext): void {
  app.openapi(fork, (c) => {
    const { name, ...from } = c.req.valid("json");
    const view = supervisor.spawn(forkSpec(store, c.req.valid("param").name, name, from));
    c.header("location", `/v1/agents/${view.name}`);
    return c.json(view, 201);
  });
}
