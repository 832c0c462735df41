import type { MiddlewareHandler } from "hono";
import { VivariumError } from "../../core/errors.ts";
import { problem } from "../problem.ts";

/** Whether an address is reached from this machine only. */
export function isLoopback(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, "").toLowerCase();
  return bare === "localhost" || bare === "::1" || /^127(\.\d{1,3}){3}$/.test(bare);
}

/**
 * Keeps other web sites out of a house that listens on loopback without a token, where any page in
 * the person's browser can send requests.
 *
 * - A `Host` that is not loopback means that somebody's name was made to point here (DNS rebinding):
 *   421.
 * - An unsafe request from another origin is a forgery (a form needs no preflight): 403.
 *
 * @param options `anyHost`: accept every `Host`, where a token protects the house
 */
export function sameOrigin(options: { readonly anyHost: boolean }): MiddlewareHandler {
  return async function sameOrigin(c, next) {
    const host = c.req.header("host") ?? new URL(c.req.url).host;
    if (!options.anyHost && !isLoopback(hostnameOf(host))) {
      return problem(c, {
        error: new VivariumError("bad-request", `this house is not '${host}'`, {
          hint: "call it by 127.0.0.1 or localhost",
        }),
        status: 421,
        title: "Misdirected request",
      });
    }
    const safe = ["GET", "HEAD", "OPTIONS"].includes(c.req.method);
    const origin = c.req.header("origin");
    const foreign = c.req.header("sec-fetch-site") === "cross-site" ||
      (origin !== undefined && hostOf(origin) !== host);
    if (!safe && foreign) {
      return problem(c, {
        error: new VivariumError("forbidden", "a page of another site may change nothing here"),
      });
    }
    await next();
  };
}

function hostnameOf(host: string): string {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : "";
}

/** `null` and what cannot be read are nobody's origin. */
function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).host : "";
}
