import type { MiddlewareHandler } from "hono";
import type { RequestIdVariables } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";

/** A JSON document shown in a browser loads nothing and is framed by nobody. */
const nothing = "default-src 'none'; frame-ancestors 'none'";

/**
 * Strict headers on every response. A page that is more than data sets its own
 * `content-security-policy`; what may be kept longer, its own `cache-control`.
 */
export function defaultHeaders(): MiddlewareHandler<{ Variables: RequestIdVariables }> {
  const secure = secureHeaders({
    xFrameOptions: "DENY",
    permissionsPolicy: { camera: [], microphone: [], geolocation: [], payment: [], usb: [] },
  });
  return async function defaultHeaders(c, next) {
    await secure(c, next);
    const { headers } = c.res;
    // Hono's own middleware names the request only where a route answers by its context.
    headers.set("x-request-id", c.get("requestId"));
    if (!headers.has("content-security-policy")) headers.set("content-security-policy", nothing);
    // What is read may be compared, and is not kept by anyone in between.
    if (!headers.has("cache-control")) headers.set("cache-control", "private, no-cache");
  };
}
