import type { OpenAPIHono, RouteConfig } from "@hono/zod-openapi";
import { hc } from "hono/client";
import type { agentOperations } from "./routes/agents.ts";
import type { deathOperations } from "./routes/deaths.ts";
import type { eventOperations } from "./routes/events.ts";
import type { genomeOperations } from "./routes/genomes.ts";
import type { houseOperations } from "./routes/health.ts";
import type { historyOperations } from "./routes/history.ts";
import type { policyOperations } from "./routes/policy.ts";
import type { replayOperations } from "./routes/replay.ts";
import type { rewardOperations } from "./routes/rewards.ts";
import type { statsOperations } from "./routes/stats.ts";
import type { supervisorOperations } from "./routes/supervisors.ts";

/** How a house is called. */
export interface ClientOptions {
  /** Its bearer token, where it asks for one. */
  readonly token?: string;
  /** What sends the requests. @default fetch */
  readonly fetch?: typeof fetch;
}

/**
 * A client of a house's HTTP API, typed by its routes: `client.v1.agents[":name"].$get(…)`. It sends and
 * gives plain requests and responses (https://hono.dev/docs/guides/rpc).
 *
 * @param url of the house, e.g. `http://127.0.0.1:8420`
 * @param options token, and what sends
 */
export function connect(url: string, { token, fetch }: ClientOptions = {}): Client {
  return hc<ApiType>(url, {
    ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
    ...(fetch === undefined ? {} : { fetch }),
  });
}

type RoutesOf<Operations extends Record<string, RouteConfig>> = {
  [Name in keyof Operations]: { readonly route: Operations[Name]; readonly handler: never };
}[keyof Operations];

type Routes =
  | RoutesOf<typeof agentOperations>
  | RoutesOf<typeof deathOperations>
  | RoutesOf<typeof eventOperations>
  | RoutesOf<typeof genomeOperations>
  | RoutesOf<typeof houseOperations>
  | RoutesOf<typeof historyOperations>
  | RoutesOf<typeof policyOperations>
  | RoutesOf<typeof replayOperations>
  | RoutesOf<typeof rewardOperations>
  | RoutesOf<typeof statsOperations>
  | RoutesOf<typeof supervisorOperations>;

declare const app: OpenAPIHono;

/**
 * The API as a type: what Hono's own RPC tools take. Made of the routes, so it is not written out in the
 * reference; `/openapi.json` is.
 *
 * @internal
 */
export type ApiType = ReturnType<typeof app.openapiRoutes<readonly [Routes]>>;

/**
 * A typed client of a house; of {@linkcode connect}.
 *
 * @internal
 */
export type Client = ReturnType<typeof hc<ApiType>>;
