import { createRoute, z } from "@hono/zod-openapi";
import { causeNames } from "../../death/mod.ts";
import { untilClosing } from "../closing.ts";
import type { ApiContext } from "../context.ts";
import { jsonContent, problems } from "../schemas.ts";

const tags = ["deaths"];

const params = z.object({
  id: z.coerce.number().int().min(1).openapi({ param: { name: "id", in: "path" } }),
});

const replaySchema = z.object({
  id: z.int(),
  same: z.boolean().openapi({ description: "whether it died again at the same step, of the same" }),
  recorded: z.object({ cause: z.enum(causeNames), life: z.int(), step: z.int() }),
  lived: z.object({ cause: z.enum(causeNames), step: z.int(), message: z.string() }).nullable()
    .openapi({ description: "null: it did not die again" }),
  why: z.string().nullable().openapi({ description: "what is to be said beside" }),
}).openapi("Replay");

const replay = createRoute({
  method: "post",
  path: "/v1/deaths/{id}/replay",
  operationId: "replayDeath",
  tags,
  summary: "Live the life again, in a fresh cell and from what was recorded, up to its death",
  request: { params },
  responses: { 200: jsonContent("what came of it", replaySchema), ...problems },
});

const minimalSchema = z.object({
  id: z.int(),
  cause: z.enum(causeNames),
  step: z.int().openapi({ description: "the step whose response was the lethal edit" }),
  response: z.string(),
  minimal: z.string().nullable().openapi({
    description: "what is enough of it to kill; null: it did not kill again",
  }),
  parts: z.object({ before: z.int(), after: z.int() }).openapi({
    description: "statements; lines, where the response does not parse",
  }),
  tries: z.int(),
  why: z.string().nullable(),
}).openapi("Minimal");

const minimal = createRoute({
  method: "post",
  path: "/v1/deaths/{id}/minimal",
  operationId: "minimizeDeath",
  tags,
  summary: "The smallest part of the lethal edit that still kills, by living the death again",
  request: { params },
  responses: { 200: jsonContent("what is enough", minimalSchema), ...problems },
});
/** For the type of the client. */
export const replayOperations = { replay, minimal };

/** The dead, lived again. */
export function replayRoutes({ app, house, closing }: ApiContext): void {
  app.openapi(replay, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(await untilClosing(closing, house.replays.replay(id)), 200);
  });

  app.openapi(minimal, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(await untilClosing(closing, house.replays.minimize(id)), 200);
  });
}
