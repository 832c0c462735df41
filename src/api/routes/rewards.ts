import { createRoute, z } from "@hono/zod-openapi";
import type { LateReward, LateRewardAnswer } from "../../core/episode.ts";
import { messageOf, VivariumError } from "../../core/errors.ts";
import { agentNameSchema } from "../../core/ids.ts";
import { untilClosing } from "../closing.ts";
import type { ApiContext } from "../context.ts";
import { jsonBody, jsonContent, problems } from "../schemas.ts";

const keySchema = z.string().min(1).max(255);

const rewardSchema = z.strictObject({
  agent: agentNameSchema,
  life: z.int().min(1),
  step: z.int().min(1).nullable().default(null).openapi({
    description: "null or left out: the life as a whole",
  }),
  term: z.string().min(1).max(64).openapi({ description: "what it is for; `praise`, `tests`" }),
  value: z.number().min(-1e9).max(1e9),
  key: keySchema.optional().openapi({ description: "where the header cannot be set" }),
}).openapi("Reward", { example: { agent: "ada", life: 1, step: 3, term: "praise", value: 5 } });

const takenSchema = z.object({
  status: z.enum(["added", "again"]).openapi({
    description: "`again`: the same key and reward came before, and nothing was added",
  }),
  applied: z.boolean().openapi({
    description: "whether the trainer learns from it: not once its life has been used",
  }),
  why: z.string().nullable().openapi({ description: "why not, or what it still waits for" }),
}).openapi("RewardTaken");

const add = createRoute({
  method: "post",
  path: "/v1/rewards",
  operationId: "addReward",
  tags: ["learning"],
  summary: "A reward from outside (a person, a test suite) for a step or a life, added once by key",
  request: {
    headers: z.object({
      "idempotency-key": keySchema.optional().openapi({
        description: "the same key twice adds one reward; with another body it is refused",
      }),
    }),
    body: jsonBody(rewardSchema),
  },
  responses: {
    200: jsonContent("it had been added before", takenSchema),
    201: jsonContent("it was added", takenSchema),
    ...problems,
  },
});

/** For the type of the client. */
export const rewardOperations = { add };

/** Late rewards. */
export function rewardRoutes({ app, house, closing }: ApiContext): void {
  const { bus, policy, store } = house;

  /** The ledger has it already: without the policy process it is a reward that nobody learned from. */
  const apply = async (reward: LateReward): Promise<LateRewardAnswer> => {
    if (policy === null) {
      return { applied: false, why: "this house runs without the embedded policy" };
    }
    try {
      return await untilClosing(closing, policy.call((client) => client.reward(reward)));
    } catch (error) {
      return { applied: false, why: messageOf(error) };
    }
  };

  app.openapi(add, async (c) => {
    const { key: named, ...reward } = c.req.valid("json");
    const header = c.req.valid("header")["idempotency-key"];
    const key = header ?? named;
    if (key === undefined || (header !== undefined && named !== undefined && header !== named)) {
      throw new VivariumError(
        "bad-request",
        key === undefined
          ? "cannot add the reward: 'key' is missing"
          : "cannot add the reward: 'key' and the header differ",
        { hint: "send a key of your own as Idempotency-Key, a new one for each reward" },
      );
    }
    const { agent, life, step, term, value } = reward;
    const status = store.addReward({ ...reward, key });
    const late = { key, episode: `${agent}/${life}`, step, value };
    if (status === "again") return c.json({ status, ...await apply(late) }, 200);
    const place = step === null ? { agent, life } : { agent, life, step };
    const events = [{ kind: "reward.added" as const, ...place, data: { term, value } }];
    for (const event of store.commit({ events })) bus.publish(event);
    return c.json({ status, ...await apply(late) }, 201);
  });
}
