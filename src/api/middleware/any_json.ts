import type { MiddlewareHandler } from "hono";

/**
 * Reads a body as JSON whatever it says it is: Ollama does, so that `curl -d` alone will do, and its own
 * clients send no content type. It stands behind `sameOrigin`, which keeps out what a page of another site
 * can send without being asked: a form has an origin.
 */
export function anyJson(): MiddlewareHandler {
  return async function anyJson(c, next) {
    if (
      c.req.method === "POST" && !/^application\/json\b/i.test(c.req.header("content-type") ?? "")
    ) {
      const headers = new Headers(c.req.raw.headers);
      headers.set("content-type", "application/json");
      c.req.raw = new Request(c.req.raw, { headers });
    }
    await next();
  };
}
