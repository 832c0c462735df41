import type { ErrorCode } from "../core/errors.ts";

/** What a command's exit code says. The table is shown by `--help`; scripts rely on it. */
export const exitCodes = {
  0: "done",
  1: "it failed, or what was looked at is not well (doctor, replay)",
  2: "bad usage: an option, a name or a file that cannot be used",
  3: "no house answers there, or not in time, or not to this token",
  130: "interrupted twice",
} as const;

/** An exit code. */
export type ExitCode = keyof typeof exitCodes;

/** The exit code of each kind of failure. */
export const exitCodeOf: Readonly<Record<ErrorCode, ExitCode>> = {
  "bad-usage": 2,
  "bad-request": 2,
  "not-found": 2,
  conflict: 2,
  "too-large": 2,
  unauthorized: 3,
  forbidden: 3,
  overloaded: 1,
  unavailable: 3,
  timeout: 3,
  database: 2,
  checkpoint: 2,
  script: 2,
  "port-in-use": 2,
  provider: 1,
  cell: 1,
  internal: 1,
};

/** The table as text, one code a line. */
export function exitCodesText(): string {
  const lines = Object.entries(exitCodes).map(([code, text]) => `  ${code.padEnd(4)} ${text}`);
  return `Exit codes:\n${lines.join("\n")}`;
}
