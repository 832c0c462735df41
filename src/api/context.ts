import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Clock } from "../core/clock.ts";
import type { ApiHouse } from "./house.ts";
import type { Metrics } from "./metrics/mod.ts";

/** What every group of routes is given. */
export interface ApiContext {
  /** Where the routes are hung. */
  readonly app: OpenAPIHono;
  readonly house: ApiHouse;
  readonly clock: Clock;
  /** Aborted when the API closes: streams end, waits are given up. */
  readonly closing: AbortSignal;
  /** How often an idle stream says that it is alive. */
  readonly heartbeatMs: number;
  readonly metrics: Metrics;
  /** Tells this opening of the ledger from any other. */
  readonly opening: string;
}
