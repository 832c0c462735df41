import { createRoute, z } from "@hono/zod-openapi";
import { VivariumError } from "../../core/errors.ts";
import { agentNameSchema } from "../../core/ids.ts";
import { causeNames } from "../../death/mod.ts";
import type { ApiContext } from "../context.ts";
import { deathSchema, given, jsonContent, pageOf, pageQuery, problems } from "../schemas.ts";

const tags = ["deaths"];

const list = createRoute({
  method: "get",
  path: "/v1/deaths",
  operationId: "listDeaths",
  tags,
  summary: "The ledger of deaths, newest first",
  request: {
    query: pageQuery.extend({
      agent: agentNameSchema.optional(),
      cause: z.enum(causeNames).optional(),
    }),
  },
  responses: { 200: jsonContent("a page of deaths", pageOf(deathSchema)), ...problems },
});

const one = createRoute({
  method: "get",
  path: "/v1/deaths/{id}",
  operationId: "getDeath",
  tags,
  summary: "One death: cause, owner, evidence, the lethal response, what was decided",
  request: {
    params: z.object({
      id: z.coerce.number().int().min(1).openapi({ param: { name: "id", in: "path" } }),
    }),
  },
  responses: { 200: jsonContent("the death", deathSchema), ...problems },
});

/** For the type of the client. */
export const deathOperations = { list, one };

/** Who died of what. */
export function deathRoutes({ app, house }: ApiContext): void {
  app.openapi(list, (c) => c.json(house.store.deaths(given(c.req.valid("query"))), 200));

  app.openapi(one, (c) => {
    const { id } = c.req.valid("param");
    const death = house.store.death(id);
    if (death === undefined) {
      throw new VivariumError("not-found", `there is no death ${id}`, {
        hint: "GET /v1/deaths lists them",
      });
    }
    return c.json(death, 200);
  });
}
