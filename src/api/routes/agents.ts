import { createRoute, z } from "@hono/zod-openapi";
import { VivariumError } from "../../core/errors.ts";
import { genomeSchema } from "../../genome/mod.ts";
import { firstQueries } from "../../policy/mod.ts";
import { type AgentView, childSpecSchema, type SpawnInput } from "../../supervisor/mod.ts";
import { untilClosing } from "../closing.ts";
import type { ApiContext } from "../context.ts";
import { changedSince } from "../middleware/conditions.ts";
import {
  agentParams,
  agentSchema,
  given,
  ifMatch,
  jsonBody,
  jsonContent,
  jsonSchema,
  letterSchema,
  pageOf,
  pageQuery,
  problems,
} from "../schemas.ts";

const tags = ["agents"];

const spawnSchema = childSpecSchema.extend({
  firstQuery: childSpecSchema.shape.firstQuery.default(firstQueries[0]).openapi({
    description: "what the first step asks the model",
  }),
  genome: genomeSchema.optional().openapi({
    type: "object",
    description: "`methods` (with handle, step and execute), `state` and `attributes`",
  }),
}).openapi("Spawn", { example: { name: "ada", firstQuery: "Define a method and call it." } });

const spawn = createRoute({
  method: "post",
  path: "/v1/agents",
  operationId: "spawnAgent",
  tags,
  summary: "Start a new agent from a child spec",
  description: "In a pool a spec says who the agent is (`name`) and what it starts with " +
    "(`firstQuery`, `task`, `genome`); the rest is as the pool's template has it.",
  request: { body: jsonBody(spawnSchema) },
  responses: { 201: jsonContent("it has begun", agentSchema), ...problems },
});

const list = createRoute({
  method: "get",
  path: "/v1/agents",
  operationId: "listAgents",
  tags,
  summary: "All agents, in start order",
  request: { query: pageQuery },
  responses: { 200: jsonContent("a page of agents", pageOf(agentSchema)), ...problems },
});

/** What orders are given in view of: which life, and whether it goes on. */
function tagOf({ createdAtMs, life, status }: AgentView): string {
  return `"${createdAtMs}-${life}-${status}"`;
}

const look = createRoute({
  method: "get",
  path: "/v1/agents/{name}",
  operationId: "getAgent",
  tags,
  summary: "One agent, as it is at this moment",
  description:
    "Its ETag stands for its life and status: an order with If-Match is refused if either " +
    "has changed since, so that nobody kills a life that he has not seen.",
  request: { params: agentParams },
  responses: { 200: jsonContent("the agent", agentSchema), ...problems },
});

const remove = createRoute({
  method: "delete",
  path: "/v1/agents/{name}",
  operationId: "deleteAgent",
  tags,
  summary: "Stop an agent for good; its history stays, its name is free",
  request: { params: agentParams, headers: ifMatch },
  responses: { 204: { description: "it is gone" }, ...problems },
});

const message = createRoute({
  method: "post",
  path: "/v1/agents/{name}/messages",
  operationId: "sendMessage",
  tags,
  summary: "Tell an agent something; or, with `wait`, ask and wait for its answer",
  request: {
    params: agentParams,
    query: z.strictObject({
      wait: z.coerce.number().min(0.001).max(300).optional().openapi({
        type: "number",
        description: "ask, and wait at most so many seconds",
      }),
    }),
    body: jsonBody(
      z.strictObject({
        body: jsonSchema,
        life: z.int().min(1).optional().openapi({
          description: "a tell for this life alone: refused when it is over",
        }),
      }).openapi("Message", { example: { body: "hello" } }),
    ),
  },
  responses: {
    200: jsonContent("the answer", z.object({ answer: jsonSchema }).openapi("Answer")),
    202: jsonContent("the letter, accepted into its mailbox", letterSchema),
    ...problems,
  },
});

const pause = order("pause", "Take no further turn after the one under way");
const resume = order("resume", "Go on after a pause");
const revive = order("revive", "Start one again that was stopped, or that has failed for good");
const kill = order("kill", "End the present life; the child spec says whether it comes back");

function order<const Act extends "pause" | "resume" | "revive" | "kill">(
  act: Act,
  summary: string,
) {
  return createRoute({
    method: "post",
    path: `/v1/agents/{name}/${act}`,
    operationId: `${act}Agent`,
    tags,
    summary,
    request: { params: agentParams, headers: ifMatch },
    responses: { 200: jsonContent("the agent", agentSchema), ...problems },
  });
}

/** The fields of a spec that were written. */
function only(spec: SpawnInput, written: ReadonlySet<string>): SpawnInput {
  const { name } = spec;
  return {
    ...Object.fromEntries(Object.entries(spec).filter(([field]) => written.has(field))),
    name,
  };
}

/** For the type of the client. */
export const agentOperations = {
  spawn,
  list,
  look,
  remove,
  message,
  pause,
  resume,
  revive,
  kill,
};

/** Agents: spawn, look, steer, talk. */
export function agentRoutes({ app, house, closing }: ApiContext): void {
  const { store, supervisor } = house;

  /** An agent that is down for good is in another state than the order takes; nothing is broken. */
  const steered = async (
    name: string,
    order: () => AgentView | Promise<AgentView>,
  ): Promise<AgentView> => {
    try {
      return await order();
    } catch (error) {
      if (closing.aborted || !(error instanceof VivariumError) || error.code !== "unavailable") {
        throw error;
      }
      throw new VivariumError("conflict", `cannot steer '${name}': it is down for good`, {
        hint: "revive it; or delete it, and spawn it again",
        cause: error,
      });
    }
  };

  app.openapi(spawn, async (c) => {
    const spec = given(c.req.valid("json"));
    // What is left out, its pool's template says, and not the defaults.
    const written = new Set(Object.keys(await c.req.json<object>()));
    const view = supervisor.spawn(
      supervisor.supervisors.isPool(spec.supervisor) ? only(spec, written) : spec,
    );
    c.header("location", `/v1/agents/${view.name}`);
    return c.json(view, 201);
  });

  app.openapi(list, (c) => {
    const { items, next } = store.agents(given(c.req.valid("query")));
    return c.json({ items: items.map(({ name }) => supervisor.look(name)), next }, 200);
  });

  app.openapi(look, (c) => {
    const view = supervisor.look(c.req.valid("param").name);
    return c.json(view, 200, { etag: tagOf(view) });
  });

  app.openapi(remove, async (c) => {
    const { name } = c.req.valid("param");
    const refusal = changedSince(c, tagOf(supervisor.look(name)));
    // The type of a route's answer knows only its own schemas.
    if (refusal !== undefined) return refusal as never;
    await supervisor.delete(name);
    return c.body(null, 204);
  });

  app.openapi(message, async (c) => {
    const { name } = c.req.valid("param");
    const { body, life } = c.req.valid("json");
    const { wait } = c.req.valid("query");
    if (wait !== undefined) {
      const asked = supervisor.ask(name, body, { timeoutMs: wait * 1000 });
      return c.json({ answer: await untilClosing(closing, asked) }, 200);
    }
    const letter = await untilClosing(
      closing,
      supervisor.tell(name, body, "operator", given({ life })),
    );
    if (letter === undefined) {
      throw new VivariumError("overloaded", `the mailbox of '${name}' is full: dropped`, {
        hint: "try again later",
      });
    }
    return c.json(letter, 202);
  });

  const orders = [
    ["pause", pause],
    ["resume", resume],
    ["revive", revive],
    ["kill", kill],
  ] as const;
  for (const [act, route] of orders) {
    app.openapi(route, async (c) => {
      const { name } = c.req.valid("param");
      const refusal = changedSince(c, tagOf(supervisor.look(name)));
      if (refusal !== undefined) return refusal as never;
      const view = await steered(name, () => supervisor[act](name));
      return c.json(view, 200, { etag: tagOf(view) });
    });
  }
}
