import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { VivariumError } from "../../core/errors.ts";
import { type Asset, type Assets, loadAssets } from "./assets.ts";

/**
 * What the page may do. Whatever an agent wrote stays text: nothing inline runs, nothing comes from
 * elsewhere, and with Trusted Types and no policy no string can become markup at all.
 */
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; " +
  "img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

/** Whether a path is the page's or one of its files': they hold nothing secret and need no token. */
export function isDashboard(path: string): boolean {
  return path === "/" || path.startsWith("/assets/");
}

/**
 * The page at `/` and its files under `/assets/REVISION/`. The page is asked for again each time; its
 * files never change under their names, and are kept for a year.
 */
export function dashboardRoutes(app: OpenAPIHono): void {
  let loading: Promise<Assets> | undefined;
  const assets = (): Promise<Assets> =>
    loading ??= loadAssets().catch((error) => {
      loading = undefined;
      throw error;
    });

  app.get("/", async (c) => send(c, (await assets()).page, "no-cache"));

  app.get("/assets/:revision/:path{.+}", async (c) => {
    const { revision, files } = await assets();
    const asset = files.get(c.req.param("path"));
    if (asset === undefined || c.req.param("revision") !== revision) {
      throw new VivariumError("not-found", `there is nothing at ${c.req.path}`, {
        hint: "load the page again: GET /",
      });
    }
    return send(c, asset, "public, max-age=31536000, immutable");
  });
}

function send(c: Context, asset: Asset, caching: string): Response {
  c.header("content-security-policy", policy);
  c.header("etag", asset.etag);
  c.header("cache-control", caching);
  c.header("vary", "accept-encoding");
  if (matches(c.req.header("if-none-match"), asset.etag)) return c.body(null, 304);
  c.header("content-type", asset.type);
  if (asset.gzipped === null || !/\bgzip\b/.test(c.req.header("accept-encoding") ?? "")) {
    return c.body(asset.bytes);
  }
  c.header("content-encoding", "gzip");
  return c.body(asset.gzipped);
}

/** Weak comparison, as a GET asks for (RFC 9110, 13.1.2). */
function matches(header: string | undefined, etag: string): boolean {
  return (header ?? "").split(",").some((each) => {
    const tag = each.trim().replace(/^W\//, "");
    return tag === etag || tag === "*";
  });
}
