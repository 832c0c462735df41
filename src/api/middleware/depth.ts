import type { MiddlewareHandler } from "hono";
import { VivariumError } from "../../core/errors.ts";

/**
 * Refuses JSON that is nested so deeply that whoever walks it (a schema, a hash, a frame to a cell)
 * would run out of stack. Found by reading the text, before anything walks it.
 *
 * @param most arrays and objects within each other
 */
export function limitDepth(most: number): MiddlewareHandler {
  return async function limitDepth(c, next) {
    const json = /^application\/([\w.+-]+\+)?json\b/.test(c.req.header("content-type") ?? "");
    if (json && c.req.raw.body !== null && depthOf(await c.req.text()) > most) {
      throw new VivariumError(
        "bad-request",
        "cannot take the request: its JSON is nested too deep",
        {
          hint: `at most ${most} arrays and objects within each other`,
        },
      );
    }
    await next();
  };
}

/**
 * How deeply a JSON text is nested; of a text that is none, some number.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(depthOf('{"a": [1, "[[[", "\\""], "b": {}}'), 2);
 * ```
 */
export function depthOf(text: string): number {
  let deepest = 0;
  let depth = 0;
  for (const [mark] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[{\]}]/gs)) {
    if (mark === "[" || mark === "{") deepest = Math.max(deepest, ++depth);
    else if (mark === "]" || mark === "}") depth--;
  }
  return deepest;
}
