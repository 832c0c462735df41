import type { Context } from "hono";

/** The address that asks, as the server says; without a network it is one caller. */
export function remoteOf({ env }: Context): string {
  const remote: unknown = typeof env === "object" && env !== null && "remote" in env
    ? env.remote
    : "";
  return typeof remote === "string" ? remote : "";
}
