import { createRoute, z } from "@hono/zod-openapi";
import { VivariumError } from "../../core/errors.ts";
import type { ApiContext } from "../context.ts";
import {
  agentParams,
  genomeParams,
  genomeRowSchema,
  given,
  jsonContent,
  lifeSchema,
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
    query: pageQuery.extend({ life: z.coerce.number().int().min(1).optional() }),
  },
  responses: { 200: jsonContent("a page of steps", pageOf(stepSchema)), ...problems },
});

const present = createRoute({
  method: "get",
  path: "/v1/agents/{name}/genome",
  operationId: "getAgentGenome",
  tags,
  summary: "What an agent is made of now",
  request: { params: agentParams },
  responses: { 200: jsonContent("the genome", genomeRowSchema), ...problems },
});

const genome = createRoute({
  method: "get",
  path: "/v1/genomes/{hash}",
  operationId: "getGenome",
  tags,
  summary: "A genome by its hash",
  request: { params: genomeParams },
  responses: { 200: jsonContent("the genome", genomeRowSchema), ...problems },
});

/** What was lived, and from what. Also for agents that are gone. */
export function historyRoutes({ app, house }: ApiContext): void {
  const { store } = house;

  const known = (name: string): void => {
    if (store.agent(name) !== undefined || store.lastLife(name) > 0) return;
    throw new VivariumError("not-found", `there is no agent '${name}', and there never was`, {
      hint: "GET /v1/agents lists them",
    });
  };
  const genomeBy = (hash: string): NonNullable<ReturnType<typeof store.genome>> => {
    const row = store.genome(hash);
    if (row !== undefined) return row;
    throw new VivariumError("not-found", `there is no genome ${hash}`, {
      hint: "steps, lives and deaths name the genomes that there are",
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

  app.openapi(present, (c) => {
    const { name } = c.req.valid("param");
    const agent = store.agent(name);
    if (agent === undefined) {
      throw new VivariumError("not-found", `there is no agent '${name}'`, {
        hint: "GET /v1/agents lists them",
      });
    }
    return c.json(genomeBy(agent.genome), 200);
  });

  app.openapi(genome, (c) => c.json(genomeBy(c.req.valid("param").hash), 200));
}
