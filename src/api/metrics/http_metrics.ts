import type { MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import { Histogram, type Registry } from "prom-client";
import type { Clock } from "../../core/clock.ts";

/**
 * Counts and times requests by route, method and status. A stream counts when its response begins.
 *
 * @param registry where the figures are kept
 * @param clock times the requests
 */
export function httpMetrics(registry: Registry, clock: Clock): MiddlewareHandler {
  const seconds = new Histogram({
    name: "vivarium_http_request_duration_seconds",
    help: "Requests by route, method and status, up to the beginning of the response",
    labelNames: ["route", "method", "status"],
    buckets: [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10],
    registers: [registry],
  });
  return async function httpMetrics(c, next) {
    const start = clock.monotonic();
    await next();
    const { status } = c.res;
    // A path that matched no route, and a method that nobody knows, are the caller's text: labels
    // made of them would never end.
    const route = status === 404 && routePath(c, -1).endsWith("*") ? "none" : routePath(c, -1);
    const method = knownMethods.has(c.req.method) ? c.req.method : "other";
    seconds.observe({ route, method, status }, (clock.monotonic() - start) / 1000);
  };
}

const knownMethods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
