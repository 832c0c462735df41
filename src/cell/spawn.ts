import type { CellCommand } from "./command.ts";

/** How a process ended. */
export interface Exit {
  readonly code: number;
  readonly signal: string | null;
}

/** A started process, as the launcher needs it. */
export interface CellProcess {
  readonly pid: number;
  readonly stdin: WritableStream<Uint8Array>;
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  /** Resolves when the process has been reaped. */
  readonly exit: Promise<Exit>;
  /** SIGKILL; harmless when it has ended. */
  kill(): void;
}

/** Starts processes. */
export type Spawner = (command: CellCommand) => CellProcess;

/** Starts real processes. */
export function denoSpawner(command: CellCommand): CellProcess {
  const child = new Deno.Command(command.file, {
    args: [...command.args],
    env: { ...command.env },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    // In a session of its own: a terminal's Ctrl-C is for the house, which ends its cells in order.
    detached: true,
  }).spawn();
  return {
    pid: child.pid,
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exit: child.status.then(({ code, signal }) => ({ code, signal })),
    kill: () => {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended already.
      }
    },
  };
}

/**
 * Resident memory of a process, as the kernel counts it. Read at once: the kernel makes the text in
 * microseconds, and a thread to wait in would cost ten times as much.
 *
 * @param pid the process
 * @returns bytes, or undefined where the system does not tell
 */
export function residentBytes(pid: number): number | undefined {
  if (Deno.build.os !== "linux") return undefined;
  try {
    const pages = Number(Deno.readTextFileSync(`/proc/${pid}/statm`).split(" ")[1]);
    return Number.isFinite(pages) ? pages * 4096 : undefined;
  } catch {
    return undefined;
  }
}

/** What the system says of a process at a moment. */
export interface Glance {
  /** Processor time that it has used, all of its threads together, to a hundredth of a second. */
  readonly processorMs: number;
  /** Whether somebody has stopped it (SIGSTOP): it does nothing, and can do nothing about it. */
  readonly stopped: boolean;
}

/**
 * Looks at a process from outside.
 *
 * @param pid the process
 * @returns undefined where the system does not tell
 */
export function glanceAt(pid: number): Glance | undefined {
  if (Deno.build.os !== "linux") return undefined;
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    // The command's name stands in brackets and may hold anything; fields are counted after it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[11]) + Number(fields[12]);
    return Number.isFinite(ticks)
      ? { processorMs: ticks * 10, stopped: fields[0] === "T" }
      : undefined;
  } catch {
    return undefined;
  }
}
