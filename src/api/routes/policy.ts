import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { episodeSchema, type PolicyStatus } from "../../core/episode.ts";
import { VivariumError } from "../../core/errors.ts";
import { modelFormats } from "../../policy/mod.ts";
import { readPage } from "../../store/mod.ts";
import { untilClosing } from "../closing.ts";
import type { ApiContext } from "../context.ts";
import type { ApiPolicyClient } from "../house.ts";
import { changedSince } from "../middleware/conditions.ts";
import {
  given,
  ifMatch,
  jsonBody,
  jsonContent,
  pageOf,
  pageQuery,
  policySchema,
  problems,
  versionSchema,
} from "../schemas.ts";

const tags = ["learning"];

const status = createRoute({
  method: "get",
  path: "/v1/policy",
  operationId: "getPolicy",
  tags,
  summary: "The embedded policy: its version, whether it is trained, what waits",
  responses: { 200: jsonContent("the policy", policySchema), ...problems },
});

const versions = createRoute({
  method: "get",
  path: "/v1/policy/versions",
  operationId: "listPolicyVersions",
  tags,
  summary: "The versions of the policy with their training metrics, newest first",
  request: { query: pageQuery },
  responses: { 200: jsonContent("a page of versions", pageOf(versionSchema)), ...problems },
});

const model = createRoute({
  method: "get",
  path: "/v1/policy/versions/{version}/model",
  operationId: "getPolicyModel",
  tags,
  summary: "A version of the policy as a file",
  request: {
    params: z.object({
      version: z.coerce.number().int().min(0).openapi({ param: { name: "version", in: "path" } }),
    }),
    query: z.strictObject({
      format: z.enum(modelFormats).default("safetensors").openapi({
        description:
          "`safetensors`: weights under Hugging Face's names; `onnx`: `input_ids` to `logits`",
      }),
    }),
  },
  responses: {
    200: {
      description: "the file",
      content: { "application/octet-stream": { schema: z.string().openapi({ format: "binary" }) } },
    },
    ...problems,
  },
});

const rollback = createRoute({
  method: "post",
  path: "/v1/policy/rollback",
  operationId: "rollbackPolicy",
  tags,
  summary: "Make an earlier version the current one",
  request: {
    headers: ifMatch,
    body: jsonBody(z.strictObject({ version: z.int().min(0) }).openapi("Rollback")),
  },
  responses: { 200: jsonContent("the policy", policySchema), ...problems },
});

const train = createRoute({
  method: "post",
  path: "/v1/train",
  operationId: "train",
  tags,
  summary: "Pause or resume training, or make one update of whatever waits",
  request: {
    headers: ifMatch,
    body: jsonBody(
      z.strictObject({ action: z.enum(["pause", "resume", "force"]) }).openapi("Train"),
    ),
  },
  responses: { 200: jsonContent("the policy", policySchema), ...problems },
});

const episodes = createRoute({
  method: "post",
  path: "/v1/episodes",
  operationId: "postEpisode",
  tags,
  summary: "Hand the trainer a closed life; the same id twice is taken once",
  request: { body: jsonBody(episodeSchema.openapi("Episode")) },
  responses: {
    202: jsonContent(
      "it is durable with the policy process",
      z.object({ id: z.string(), taken: z.boolean() }).openapi("EpisodeTaken"),
    ),
    ...problems,
  },
});

/** For the type of the client. */
export const policyOperations = { status, versions, model, rollback, train, episodes };

/** What orders are given in view of: which version is the current one, and whether it is trained. */
function tagOf({ version, training }: PolicyStatus): string {
  return `"${version}-${training}"`;
}

/** The embedded policy and its training. */
export function policyRoutes({ app, house, closing }: ApiContext): void {
  const { policy, store } = house;

  const call = async <T>(request: (client: ApiPolicyClient) => Promise<T>): Promise<T> => {
    if (policy === null) {
      throw new VivariumError("unavailable", "this house runs without the embedded policy", {
        hint: "start it with --llm policy",
      });
    }
    return await untilClosing(closing, policy.call(request));
  };

  /** A response where the order was given in view of another policy. */
  const unlessChanged = async (c: Context): Promise<Response | undefined> => {
    if (c.req.header("if-match") === undefined) return undefined;
    return changedSince(c, tagOf(await call((client) => client.status())));
  };

  app.openapi(status, async (c) => {
    const present = await call((client) => client.status());
    return c.json(present, 200, { etag: tagOf(present) });
  });

  app.openapi(versions, async (c) => {
    const query = given(c.req.valid("query"));
    // Without the process, what an earlier run on this database has left.
    if (policy === null) return c.json(store.policyVersions(query), 200);
    const all = (await call((client) => client.versions()))
      .toSorted((a, b) => b.version - a.version);
    const page = readPage(
      query,
      [Number.MAX_SAFE_INTEGER],
      ([before], limit) => all.filter(({ version }) => version < before).slice(0, limit),
      ({ version }) => [version],
    );
    return c.json(page, 200);
  });

  app.openapi(model, async (c) => {
    const { version } = c.req.valid("param");
    const { format } = c.req.valid("query");
    const bytes = await call((client) => client.model(version, format));
    return c.body(bytes, 200, {
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename="policy-${version}.${format}"`,
    });
  });

  app.openapi(rollback, async (c) => {
    const { version } = c.req.valid("json");
    const refusal = await unlessChanged(c);
    if (refusal !== undefined) return refusal as never;
    const present = await call((client) => client.rollback(version));
    return c.json(present, 200, { etag: tagOf(present) });
  });

  app.openapi(train, async (c) => {
    const { action } = c.req.valid("json");
    const refusal = await unlessChanged(c);
    if (refusal !== undefined) return refusal as never;
    const present = await call((client) => client.train(action));
    return c.json(present, 200, { etag: tagOf(present) });
  });

  app.openapi(episodes, async (c) => {
    const episode = c.req.valid("json");
    const taken = await call((client) => client.postEpisode(episode));
    return c.json({ id: episode.id, taken }, 202);
  });
}
