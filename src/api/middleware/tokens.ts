import { timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";
import type { MiddlewareHandler } from "hono";
import { bearerAuth } from "hono/bearer-auth";
import { sha256 } from "../../core/hash.ts";
import { VivariumError } from "../../core/errors.ts";
import { allows, type Scope, scopeOf, scopes } from "./scopes.ts";

/** Who may do what. */
export interface ApiToken {
  /** At least 16 letters, digits or `. _ ~ + / -`. */
  readonly token: string;
  /** What it allows. */
  readonly scope: Scope;
}

/**
 * Asks every request for a bearer token, and the token for the scope that the request needs.
 *
 * A token is compared with all that there are, by digests of one length and without an early end: how
 * long it takes tells nothing of how near a guess was, nor which token it was near to.
 *
 * @param tokens at least one
 * @throws {VivariumError} (the inner function) `forbidden` where the token's scope is not enough
 */
export function bearerTokens(tokens: readonly ApiToken[]): MiddlewareHandler {
  const known = tokens.map(({ token, scope }) => ({ digest: digestOf(token), scope }));
  const scopeHeld = (token: string): Scope | undefined => {
    const given = digestOf(token);
    let held: Scope | undefined;
    for (const { digest, scope } of known) {
      if (timingSafeEqual(digest, given) && (held === undefined || allows(scope, held))) {
        held = scope;
      }
    }
    return held;
  };
  const auth = bearerAuth({
    realm: "vivarium",
    verifyToken(token, c) {
      const held = scopeHeld(token);
      const needed = scopeOf(c.req.method, c.req.path);
      if (held === undefined) return false;
      if (needed === null || allows(held, needed)) return true;
      throw new VivariumError(
        "forbidden",
        `this token may ${held}, and ${c.req.method} ${c.req.path} is for those who may ${needed}`,
        { hint: "use a token of a higher scope", data: { held, needed } },
      );
    },
  });
  return async function bearerTokens(c, next) {
    if (scopeOf(c.req.method, c.req.path) === null) await next();
    else return await auth(c, next);
  };
}

function digestOf(token: string): Uint8Array {
  return Buffer.from(sha256(token), "hex");
}

/**
 * Checks tokens before a server begins.
 *
 * @throws {VivariumError} `bad-usage`; the message does not hold the token
 */
export function checkTokens(tokens: readonly ApiToken[]): void {
  for (const { token } of tokens) {
    if (/^[A-Za-z0-9._~+/-]{16,}=*$/.test(token)) continue;
    throw new VivariumError("bad-usage", "cannot use the token: it is too short or not a token", {
      hint: "at least 16 letters, digits or . _ ~ + / - and no space",
    });
  }
}

/**
 * Tokens as they stand in a file or the environment: one a line, or between commas, each as
 * `SCOPE:TOKEN`; a token alone is an admin's.
 *
 * @throws {VivariumError} `bad-usage` for what is no scope or no token
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(parseTokens("read:0123456789abcdef,fedcba9876543210"), [
 *   { scope: "read", token: "0123456789abcdef" },
 *   { scope: "admin", token: "fedcba9876543210" },
 * ]);
 * ```
 */
export function parseTokens(text: string): ApiToken[] {
  const tokens = text.split(/[\n,]/).map((line) => line.trim()).filter((line) => line !== "").map(
    (line): ApiToken => {
      const colon = line.indexOf(":");
      if (colon < 0) return { scope: "admin", token: line };
      const scope = scopes.find((name) => name === line.slice(0, colon));
      if (scope !== undefined) return { scope, token: line.slice(colon + 1) };
      throw new VivariumError("bad-usage", "cannot use the tokens: one has a scope that is none", {
        hint: `a scope is one of ${scopes.join(", ")}`,
      });
    },
  );
  checkTokens(tokens);
  return tokens;
}
