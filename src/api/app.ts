import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { methodNotAllowed } from "hono/method-not-allowed";
import { requestId } from "hono/request-id";
import { type Clock, systemClock } from "../core/clock.ts";
import { VivariumError } from "../core/errors.ts";
import { compatErrors, compatRoutes } from "./compat/mod.ts";
import { dashboardRoutes } from "./dashboard/dashboard.ts";
import type { StreamLimit } from "./events/places.ts";
import type { ApiHouse } from "./house.ts";
import { httpMetrics } from "./metrics/http_metrics.ts";
import { createMetrics } from "./metrics/mod.ts";
import { anyJson } from "./middleware/any_json.ts";
import { ledgerTag } from "./middleware/conditions.ts";
import { limitDepth } from "./middleware/depth.ts";
import { defaultHeaders } from "./middleware/headers.ts";
import { idempotency } from "./middleware/idempotency.ts";
import { sameOrigin } from "./middleware/origin.ts";
import { type RateLimit, rateLimit } from "./middleware/rate.ts";
import { type ApiToken, bearerTokens } from "./middleware/tokens.ts";
import { type ApiDocument, apiInfo, documentOf } from "./openapi/document.ts";
import { badFields, type OnTrouble, problem, problemOf } from "./problem.ts";
import { agentRoutes } from "./routes/agents.ts";
import { deathRoutes } from "./routes/deaths.ts";
import { docsRoutes } from "./routes/docs.ts";
import { eventRoutes } from "./routes/events.ts";
import { forkRoutes } from "./routes/fork.ts";
import { genomeRoutes } from "./routes/genomes.ts";
import { healthRoutes } from "./routes/health.ts";
import { historyRoutes } from "./routes/history.ts";
import { metricsRoutes } from "./routes/metrics.ts";
import { policyRoutes } from "./routes/policy.ts";
import { replayRoutes } from "./routes/replay.ts";
import { rewardRoutes } from "./routes/rewards.ts";
import { statsRoutes } from "./routes/stats.ts";
import { supervisorRoutes } from "./routes/supervisors.ts";

/** How the API is made. */
export interface ApiOptions {
  /** One of them is asked of every request but the probes' and the pages'. @default none */
  readonly tokens?: readonly ApiToken[];
  /** How fast one address may ask. @default as fast as it likes */
  readonly rate?: RateLimit;
  /** Accept any `Host`; only where a token protects the house. @default false */
  readonly anyHost?: boolean;
  /** Aborted when the API closes. @default never */
  readonly closing?: AbortSignal;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** How many streams of events may be open. @default `{ perCaller: 1024, inAll: 1024 }` */
  readonly streams?: StreamLimit;
  /** How often an idle stream says that it is alive. @default 15000 */
  readonly heartbeatMs?: number;
  /** Told, in one line, of errors inside; must not throw. @default nobody */
  readonly onTrouble?: OnTrouble;
}

/** The most that a request may carry. */
const maxBodyBytes = 1024 * 1024;
/** The same for an episode: a long life with all its tokens. */
const maxEpisodeBytes = 16 * 1024 * 1024;
/** Arrays and objects within each other in a body; a genome's data may be nested less. */
const maxDepth = 128;

/**
 * The HTTP API of a house. Every error is an RFC 9457 problem document, but where a path is OpenAI's or
 * Ollama's, whose clients know their own.
 *
 * @param house what the routes read and steer
 * @param options tokens, clock, limits
 * @returns an app that `Deno.serve` can serve, with its OpenAPI 3.1 document at `/openapi.json`
 */
export function createApi(house: ApiHouse, options: ApiOptions = {}): OpenAPIHono {
  const {
    tokens = [],
    rate,
    anyHost = false,
    closing = new AbortController().signal,
    clock = systemClock,
    heartbeatMs = 15_000,
    streams = { perCaller: 1024, inAll: 1024 },
    onTrouble = () => {},
  } = options;
  const metrics = createMetrics(house, closing);
  const app = new OpenAPIHono({
    defaultHook: (result, c) =>
      result.success ? undefined : problem(c, { error: badFields(result.error) }),
  });

  app.onError((error, c) => problemOf(error, c, onTrouble));
  app.notFound((c) =>
    problem(c, {
      error: new VivariumError("not-found", `there is nothing at ${c.req.path}`, {
        hint: "/openapi.json lists what there is",
      }),
    })
  );

  app.use(requestId());
  app.use(httpMetrics(metrics.registry, clock));
  app.use(compatErrors());
  app.use(defaultHeaders());
  app.use(sameOrigin({ anyHost }));
  if (rate !== undefined) app.use(rateLimit(rate, clock));
  if (tokens.length > 0) app.use(bearerTokens(tokens));
  app.use(methodNotAllowed({
    app,
    onMethodNotAllowed: (c, methods) =>
      problem(c, {
        error: new VivariumError("bad-request", `${c.req.path} does not take ${c.req.method}`, {
          hint: `it takes ${methods.join(", ")}`,
        }),
        status: 405,
        title: "Method not allowed",
        headers: new Headers({ allow: methods.join(", ") }),
      }),
  }));
  // Before anything reads the body, which can be done once.
  app.use("/api/*", anyJson());
  const limit = limitBody(maxBodyBytes);
  const limitEpisode = limitBody(maxEpisodeBytes);
  app.use((c, next) => (c.req.path === "/v1/episodes" ? limitEpisode : limit)(c, next));
  app.use(limitDepth(maxDepth));
  app.use(idempotency(new Set(["/v1/rewards"]), clock));
  const opening = crypto.randomUUID();
  app.use(ledgerTag(house.store, opening));

  const byToken = tokens.length > 0;
  const context = {
    ...{ app, house, clock, closing, heartbeatMs },
    ...{ metrics, opening, streams, byToken },
  };
  healthRoutes(context);
  metricsRoutes(context);
  docsRoutes(context);
  agentRoutes(context);
  forkRoutes(context);
  historyRoutes(context);
  genomeRoutes(context);
  deathRoutes(context);
  replayRoutes(context);
  rewardRoutes(context);
  supervisorRoutes(context);
  policyRoutes(context);
  statsRoutes(context);
  eventRoutes(context);
  compatRoutes(context, apiInfo.version);
  dashboardRoutes(app);

  let document: ApiDocument | undefined;
  app.get("/openapi.json", (c) => c.json(document ??= documentOf(app, tokens.length > 0)));
  return app;
}

function limitBody(maxSize: number): ReturnType<typeof bodyLimit> {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw new VivariumError("too-large", `a body must be at most ${maxSize} bytes`, {
        hint: "send less, or in parts",
      });
    },
  });
}
