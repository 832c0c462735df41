/**
 * The HTTP door of a house: a Hono app with its OpenAPI document, problem documents for every error,
 * and a resumable stream of events.
 *
 * It decides nothing and keeps nothing: each route reads the ledger, or passes an order on to the
 * supervisor or the policy process. The command line and library users come in.
 */

export { type ApiOptions, createApi } from "./app.ts";
export type { ApiHouse, ApiPolicy, ApiPolicyClient, ApiStore, ApiSupervisor } from "./house.ts";
export type { ApiType } from "./api_type.ts";
export { type Client, type ClientOptions, connect } from "./client.ts";
export type { RateLimit } from "./middleware/rate.ts";
export { type Scope, scopes } from "./middleware/scopes.ts";
export { type ApiToken, parseTokens } from "./middleware/tokens.ts";
export { type ApiServer, checkAddress, serveApi, type ServeOptions } from "./serve.ts";
