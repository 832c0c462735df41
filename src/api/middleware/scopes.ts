import { isDashboard } from "../dashboard/dashboard.ts";

/** What a token allows: each scope includes those before it. */
export const scopes = ["read", "operate", "admin"] as const;

/**
 * - `read`: look at everything.
 * - `operate`: spawn, talk to and steer agents, reward them, ask the policy.
 * - `admin`: what cannot be taken back, and what changes how all agents learn.
 */
export type Scope = typeof scopes[number];

/** Orders that change the policy for all, or hand it something to learn from. */
const adminPaths = new Set(["/v1/policy/rollback", "/v1/train", "/v1/episodes"]);

/**
 * The scope that a request needs; null where it needs no token: a probe's questions, and pages and
 * documents that are the same in every house.
 */
export function scopeOf(method: string, path: string): Scope | null {
  if (isOpen(path)) return null;
  if (["GET", "HEAD", "OPTIONS"].includes(method)) return "read";
  return method === "POST" && !adminPaths.has(path) ? "operate" : "admin";
}

/** Whether a scope is enough where another is needed. */
export function allows(held: Scope, needed: Scope): boolean {
  return scopes.indexOf(held) >= scopes.indexOf(needed);
}

function isOpen(path: string): boolean {
  return isDashboard(path) || path.startsWith("/docs/") ||
    ["/healthz", "/readyz", "/openapi.json", "/docs"].includes(path);
}
