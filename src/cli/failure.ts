import { messageOf, VivariumError } from "../core/errors.ts";
import { printable } from "../core/text.ts";

/** Codes that are the user's mistake, so that the exit code is 2. */
const userMistakes = new Set([
  "bad-usage",
  "bad-request",
  "not-found",
  "conflict",
  "too-large",
  "database",
  "checkpoint",
  "script",
  "port-in-use",
]);

/**
 * Prints why a command failed: one line, and a hint where there is one. A stack trace only for what
 * is nobody's mistake but ours.
 *
 * @param error what was thrown
 * @returns the exit code: 2 for a user's mistake, else 1
 */
export function fail(error: unknown): number {
  if (error instanceof VivariumError) {
    console.error(`error: ${printable(error.message, 500)}`);
    if (error.hint !== undefined) console.error(`hint: ${printable(error.hint, 500)}`);
    return userMistakes.has(error.code) ? 2 : 1;
  }
  console.error(`error: ${printable(messageOf(error), 500)}`);
  console.error("hint: this is a fault of Vivarium itself; please report it with the lines below");
  if (error instanceof Error) console.error(error.stack);
  return 1;
}
