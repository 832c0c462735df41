import type { Exit } from "../spawn.ts";

/** Signals that end cells, by number (the same on x86_64 and aarch64). */
const signals: Readonly<Record<number, string>> = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  4: "SIGILL",
  5: "SIGTRAP",
  6: "SIGABRT",
  7: "SIGBUS",
  8: "SIGFPE",
  9: "SIGKILL",
  11: "SIGSEGV",
  13: "SIGPIPE",
  14: "SIGALRM",
  15: "SIGTERM",
  24: "SIGXCPU",
  25: "SIGXFSZ",
  31: "SIGSYS",
};

/**
 * How a cell ended, said the same whether or not bubblewrap stood between: it turns the signal that
 * ended the inside into an exit code of 128 and the signal's number.
 *
 * @param status of the process that was started
 * @param wrapped whether it ran under bubblewrap
 * @returns `code` as Deno gives it (128 + number for a signal) and the signal's name or null
 */
export function exitOf(
  status: Exit,
  wrapped: boolean,
): Exit {
  const { code, signal } = status;
  if (signal !== null || !wrapped || code <= 128) return { code, signal };
  return { code, signal: signals[code - 128] ?? null };
}
