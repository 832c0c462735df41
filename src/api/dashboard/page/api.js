/**
 * Requests to the house that served this page. Where it asks for a token, so does the page, once; the
 * token is kept for this tab only.
 */

const key = "vivarium.token";
let token = sessionStorage.getItem(key);
/** Set while somebody is asked. */
let asking;
const askers = new Set();

/** An answer that is not what was asked for: its problem document in words. */
export class ApiError extends Error {
  constructor(status, problem) {
    super(problem?.detail ?? (status === 0 ? "the house does not answer" : `answered ${status}`));
    this.status = status;
    this.hint = problem?.hint;
  }
}

/** Told with `true` when a token is needed and with `false` when it was given. */
export function onTokenNeeded(listener) {
  askers.add(listener);
  if (asking !== undefined) listener(true);
  return () => askers.delete(listener);
}

/** Takes the token that a person typed; every request that waited goes on with it. */
export function giveToken(given) {
  token = given;
  sessionStorage.setItem(key, given);
  const waited = asking;
  asking = undefined;
  for (const listener of askers) listener(false);
  waited?.resolve();
}

/**
 * One request.
 *
 * @param {string} path
 * @param {RequestInit} options
 * @returns {Promise<Response>} a good one
 * @throws {ApiError}
 */
export async function request(path, options = {}) {
  for (;;) {
    if (asking !== undefined) await asking.promise;
    const headers = new Headers(options.headers);
    const used = token;
    if (used !== null) headers.set("authorization", `Bearer ${used}`);
    const response = await fetch(path, { ...options, headers }).catch((error) => {
      if (options.signal?.aborted) throw error;
      throw new ApiError(0);
    });
    if (response.ok) return response;
    if (response.status !== 401) throw new ApiError(response.status, await problemOf(response));
    // Another request may have been given a new one in the meantime.
    if (used !== token) continue;
    asking ??= Promise.withResolvers();
    for (const listener of askers) listener(true);
  }
}

/** Reads JSON. */
export async function get(path, signal) {
  return await (await request(path, { signal })).json();
}

/** Sends JSON, and reads it where any comes back. */
export async function post(path, body) {
  const response = await request(path, {
    method: "POST",
    ...(body === undefined ? {} : {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  });
  const text = await response.text();
  return text === "" ? null : JSON.parse(text);
}

/**
 * A list over its pages.
 *
 * @param {string} path
 * @param {{ pages?: number, signal?: AbortSignal }} options pages that are read at most
 * @returns {Promise<{ items: any[], more: boolean }>}
 */
export async function list(path, { pages = 1, signal } = {}) {
  const items = [];
  let cursor = null;
  for (let page = 0; page < pages; page++) {
    const glue = path.includes("?") ? "&" : "?";
    const at = cursor === null ? path : `${path}${glue}cursor=${encodeURIComponent(cursor)}`;
    const answer = await get(at, signal);
    items.push(...answer.items);
    cursor = answer.next ?? answer.nextCursor ?? null;
    if (cursor === null) break;
  }
  return { items, more: cursor !== null };
}

async function problemOf(response) {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
}
