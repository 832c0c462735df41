import { messageOf, VivariumError } from "../core/errors.ts";
import { printable } from "../core/text.ts";
import { type ExitCode, exitCodeOf } from "./exit_codes.ts";
import type { Terminal } from "./terminal.ts";
import { asCommand } from "./words/hints.ts";

/** The exit code of what failed without a message of its own: a check that found something. */
export class NotWell extends Error {
  override readonly name = "NotWell";
}

/**
 * Prints why a command failed: one line, and a hint where there is one. A stack trace only for what
 * is nobody's mistake but ours.
 *
 * @param error what was thrown
 * @param terminal where to say it
 * @returns the exit code
 */
export function fail(error: unknown, terminal: Pick<Terminal, "err">): ExitCode {
  if (error instanceof NotWell) return 1;
  if (error instanceof VivariumError) {
    terminal.err(`error: ${printable(error.message, 500)}`);
    if (error.hint !== undefined) terminal.err(`hint: ${printable(asCommand(error.hint), 500)}`);
    return exitCodeOf[error.code];
  }
  terminal.err(`error: ${printable(messageOf(error), 500)}`);
  terminal.err("hint: this is a fault of Vivarium itself; please report it with the lines below");
  if (error instanceof Error && error.stack !== undefined) terminal.err(error.stack);
  return 1;
}
