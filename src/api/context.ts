import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Clock } from "../core/clock.ts";
import type { StreamLimit } from "./events/places.ts";
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
  /** How many streams of events may be open. */
  readonly streams: StreamLimit;
  /** Whether callers are told apart by their tokens; else by their addresses. */
  readonly byToken: boolean;
  /** Tells this opening of the ledger from any other. */
  readonly opening: string;
}
