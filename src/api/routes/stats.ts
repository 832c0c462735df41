import { createRoute, z } from "@hono/zod-openapi";
import type { Context, TypedResponse } from "hono";
import { agentNameSchema } from "../../core/ids.ts";
import { causeNames } from "../../death/mod.ts";
import type { ApiContext } from "../context.ts";
import { every } from "../every.ts";
import { given, jsonContent, problems } from "../schemas.ts";
import { namesTag, tagOfLedger } from "../middleware/conditions.ts";
import { causeStats } from "../stats/causes.ts";
import { groupings } from "../stats/groups.ts";
import { KeptFigures } from "../stats/kept.ts";
import { learningStats } from "../stats/learning.ts";
import { survivalStats } from "../stats/survival.ts";

const tags = ["statistics"];

const rangeSchema = z.strictObject({
  agent: agentNameSchema.optional().openapi({ description: "lives of this agent only" }),
  since: z.coerce.number().min(0).optional().openapi({
    type: "number",
    description: "lives begun at this time or later, in milliseconds since 1970",
  }),
});
const groupsSchema = rangeSchema.extend({
  by: z.enum(groupings).default("all").openapi({
    description:
      "`policy`: by the version that wrote a life's first response; `none` where none did",
  }),
});
const bySchema = z.enum(groupings);

const survivalSchema = z.object({
  by: bySchema,
  groups: z.array(z.object({
    key: z.string(),
    lives: z.int(),
    deaths: z.int().openapi({ description: "of the agents' own doing" }),
    censored: z.int().openapi({ description: "still lived, cut, or ended by others" }),
    medianSteps: z.number().nullable().openapi({ description: "null: not reached" }),
    curve: z.array(z.object({
      age: z.int().openapi({ description: "steps survived" }),
      survival: z.number().openapi({
        description: "chance to live longer; 1 before the first age",
      }),
      low: z.number().openapi({ description: "lower 95 % limit, on the log(−log) scale" }),
      high: z.number(),
      atRisk: z.int(),
      deaths: z.int(),
      censored: z.int(),
    })).readonly(),
  })).readonly(),
  logRank: z.object({
    chiSquare: z.number(),
    degreesOfFreedom: z.int(),
    p: z.number().openapi({ description: "chance of such a difference if all groups live alike" }),
  }).nullable().openapi({ description: "null for one group, more than 50, or no death" }),
}).openapi("Survival");

const causesSchema = z.object({
  by: bySchema,
  groups: z.array(z.object({
    key: z.string(),
    causes: z.array(z.object({
      cause: z.enum(causeNames),
      deaths: z.int(),
      curve: z.array(z.object({
        age: z.int(),
        incidence: z.number().openapi({ description: "chance to have died of it by this age" }),
      })).readonly(),
    })).readonly(),
  })).readonly(),
}).openapi("Causes");

const learningSchema = z.object({
  versions: z.array(z.object({
    version: z.int(),
    at: z.number().nullable().openapi({ description: "when it was published" }),
    metrics: z.record(z.string(), z.number()).readonly(),
    lives: z.int().openapi({ description: "whose first response it wrote" }),
    deaths: z.int(),
    steps: z.int(),
    meanAge: z.number().nullable(),
    harmPer1000Steps: z.number().nullable(),
  })),
}).openapi("Learning");

const survival = createRoute({
  method: "get",
  path: "/v1/stats/survival",
  operationId: "survival",
  tags,
  summary: "How long lives last: Kaplan–Meier curves by group, and the log-rank test between them",
  request: { query: groupsSchema },
  responses: { 200: jsonContent("the curves", survivalSchema), ...problems },
});

const causes = createRoute({
  method: "get",
  path: "/v1/stats/causes",
  operationId: "causes",
  tags,
  summary: "Of what lives end: cumulative incidence of each cause (Aalen–Johansen)",
  request: { query: groupsSchema },
  responses: { 200: jsonContent("the curves", causesSchema), ...problems },
});

const learning = createRoute({
  method: "get",
  path: "/v1/stats/learning",
  operationId: "learning",
  tags,
  summary: "Whether the policy learns: each version's metrics and what became of its lives",
  request: { query: rangeSchema },
  responses: { 200: jsonContent("the versions, oldest first", learningSchema), ...problems },
});

/** For the type of the client. */
export const statsOperations = { survival, causes, learning };

/** What the ledger says about how agents live. */
export function statsRoutes({ app, house, clock, opening }: ApiContext): void {
  const { store } = house;
  const kept = new KeptFigures(clock, store);

  /** Already JSON, and of the type that `make` gives. */
  const answer = <T>(c: Context, make: () => T): TypedResponse<T, 200, "json"> => {
    const { text, event } = kept.figure(c.req.url, make);
    const tag = tagOfLedger(opening, event);
    const response = namesTag(c.req.header("if-none-match"), tag)
      ? c.body(null, 304, { etag: tag })
      : c.body(text, 200, { "content-type": "application/json", etag: tag });
    return response as never;
  };

  app.openapi(survival, (c) => {
    const { by, ...range } = c.req.valid("query");
    return answer(c, () => survivalStats(store.lifetimes(given(range)), by));
  });

  app.openapi(causes, (c) => {
    const { by, ...range } = c.req.valid("query");
    return answer(c, () => causeStats(store.lifetimes(given(range)), by));
  });

  app.openapi(learning, (c) => {
    const range = c.req.valid("query");
    return answer(c, () => {
      const versions = [...every((page) => store.policyVersions(page))];
      return { versions: learningStats(versions, store.lifetimes(given(range))) };
    });
  });
}
