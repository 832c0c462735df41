import { VivariumError } from "../core/errors.ts";
import type { Json } from "../core/json.ts";

/** The most that a letter may carry: 64 KiB of JSON as UTF-8. */
export const maxBodyBytes = 65_536;

/**
 * Refuses a body that is too large to be a letter's.
 *
 * @param to whom it is for; named in the message
 * @param body what it carries
 * @param maxBytes the most it may be, as UTF-8
 * @throws {VivariumError} `too-large`
 */
export function checkBody(to: string, body: Json, maxBytes = maxBodyBytes): void {
  const text = JSON.stringify(body);
  // A UTF-16 unit is at most three bytes of UTF-8: most letters are settled by their length alone.
  if (text.length * 3 <= maxBytes) return;
  const sizeBytes = new TextEncoder().encode(text).length;
  if (sizeBytes <= maxBytes) return;
  throw new VivariumError(
    "too-large",
    `cannot send to '${to}': the body must be at most ${maxBytes} bytes of JSON: received ${sizeBytes}`,
    { hint: "send a part, or a reference", data: { sizeBytes, maxBytes } },
  );
}
