import { hc } from "hono/client";
import type { ApiType } from "./api_type.ts";

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

/**
 * A typed client of a house; of {@linkcode connect}.
 *
 * @internal
 */
export type Client = ReturnType<typeof hc<ApiType>>;
