import type { CellLimits } from "./types.ts";

/** What a cell is made of, in one folder: the warden, the Worker's module, and the shell as its text. */
export const cellFiles = ["cell.js", "agent.js", "shell.txt", "import_map.json"] as const;

/**
 * How V8 keeps its heap small. New objects live in 1 MiB before they move on, not in up to 16; two
 * seconds without work are enough to give back what is free (30 are its own choice). Of a cell at rest
 * both together spare 5 MB; objects by the ten thousand cost a tenth more time, long texts a third less.
 */
const heapFlags = [
  "--max-semi-space-size=1",
  "--memory-reducer-delay-ms=2000",
  "--gc-memory-reducer-start-delay-ms=2000",
] as const;

/** What decides how a cell's process is started. */
export interface CommandOptions {
  /** The `deno` to run. */
  readonly deno: string;
  /** Folder of the `cellFiles`. */
  readonly dist: string;
  readonly limits: Pick<CellLimits, "heapMb">;
}

/** A process to start. The one place for what an operating system adds around it. */
export interface CellCommand {
  readonly file: string;
  readonly args: readonly string[];
  /** The whole environment of the process: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The command line and the environment of a locked cell: no rights but to read the Worker's files,
 * which the warden gives up as soon as they are loaded; no packages, no remote modules, no
 * configuration, no cache, no prompt; every Node built-in mapped away; a bounded heap; an empty
 * environment.
 *
 * @param options where things are, and the limits that the engine itself holds
 */
export function cellCommand(options: CommandOptions): CellCommand {
  const { deno, dist, limits } = options;
  return {
    file: deno,
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--no-remote",
      "--no-npm",
      "--no-config",
      "--no-lock",
      "--cached-only",
      "--no-code-cache",
      "--deny-import",
      "--unstable-worker-options",
      "--unstable-raw-imports",
      `--import-map=${dist}/import_map.json`,
      `--allow-read=${dist}/agent.js,${dist}/shell.txt`,
      `--v8-flags=${[`--max-old-space-size=${limits.heapMb}`, ...heapFlags].join(",")}`,
      `${dist}/cell.js`,
    ],
    env: {
      DENO_NO_UPDATE_CHECK: "1",
      DENO_DIR: "/dev/null/x",
      HOME: "/nonexistent",
      NO_COLOR: "1",
      // glibc would give each of the nine threads an arena of its own, and keep what is freed there.
      MALLOC_ARENA_MAX: "1",
      // Local time must not depend on the machine: a life can be lived again elsewhere.
      TZ: "UTC",
    },
  };
}
