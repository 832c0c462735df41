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

/** For the type of the client. */
export const replayOperations = { replay };

/** The dead, lived again. */
export function replayRoutes({ app, house, closing }: ApiContext): void {
  app.openapi(replay, async (c) => {
    const { id } = c.req.valid("param");
    return c.json(await untilClosing(closing, house.replays.replay(id)), 200);
  });
}
