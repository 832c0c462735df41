import { createRoute, z } from "@hono/zod-openapi";
import { VivariumError } from "../../core/errors.ts";
import type { ApiContext } from "../context.ts";
import {
  agentParams,
  given,
  jsonContent,
  lifeSchema,
  lineageSchema,
  pageOf,
  pageQuery,
  problems,
  stepSchema,
} from "../schemas.ts";

const tags = ["history"];

const lives = createRoute({
  method: "get",
  path: "/v1/agents/{name}/lives",
  operationId: "listLives",
  tags,
  summary: "The lives of an agent, oldest first",
  request: { params: agentParams, query: pageQuery },
  responses: { 200: jsonContent("a page of lives", pageOf(lifeSchema)), ...problems },
});

const steps = createRoute({
  method: "get",
  path: "/v1/agents/{name}/steps",
  operationId: "listSteps",
  tags,
  summary: "The steps of an agent in order; of one life if named",
  request: {
    params: agentParams,
    query: pageQuery.extend({
      life: z.coerce.number().int().min(1).optional().openapi({ type: "integer" }),
    }),
  },
  responses: { 200: jsonContent("a page of steps", pageOf(stepSchema)), ...problems },
});

const lineage = createRoute({
  method: "get",
  path: "/v1/agents/{name}/lineage",
  operationId: "listLineage",
  tags,
  summary: "The genomes that an agent has been, in the order in which it became them",
  description: "A tree: each item names its parent, which came before it.",
  request: {
    params: agentParams,
    query: pageQuery.extend({
      limit: z.coerce.number().int().min(1).max(10_000).optional().openapi({
        type: "integer",
        description: "rows of the page [100]",
      }),
    }),
  },
  responses: { 200: jsonContent("a page of genomes", pageOf(lineageSchema)), ...problems },
});

/** For the type of the client. */
export const historyOperations = { lives, steps, lineage };

/** What was lived, and from what. Also for agents that are gone. */
export function historyRoutes({ app, house }: ApiContext): void {
  const { store } = house;

  const known = (name: string): void => {
    if (store.agent(name) !== undefined || store.lastLife(name) > 0) return;
    throw new VivariumError("not-found", `there is no agent '${name}', and there never was`, {
      hint: "GET /v1/agents lists them",
    });
  };

  app.openapi(lives, (c) => {
    const { name } = c.req.valid("param");
    known(name);
    return c.json(store.lives(name, given(c.req.valid("query"))), 200);
  });

  app.openapi(steps, (c) => {
    const { name } = c.req.valid("param");
    known(name);
    return c.json(store.steps(name, given(c.req.valid("query"))), 200);
  });

  app.openapi(lineage, (c) => {
    const { name } = c.req.valid("param");
    known(name);
    return c.json(store.genomesOf(name, given(c.req.valid("query"))), 200);
  });
}
