import type { Clock } from "../core/clock.ts";
import { messageOf, VivariumError } from "../core/errors.ts";
import { cellCommand } from "./command.ts";
import { LockedCell } from "./locked_cell.ts";
import { type Glance, glanceAt, residentBytes, type Spawner } from "./spawn.ts";
import type { Cell, CellLimits } from "./types.ts";

/** How to launch cells. */
export interface LaunchOptions {
  readonly clock: Clock;
  readonly spawn: Spawner;
  /** The `deno` to run. */
  readonly deno: string;
  /** Folder of the built files. */
  readonly dist: string;
  /** Reads a process's resident memory. @default from /proc, where there is one */
  readonly residentBytes?: (pid: number) => number | undefined;
  /** Looks at a process. @default by /proc, where there is one */
  readonly glance?: (pid: number) => Glance | undefined;
  /** Finds the process that does the work, of the one that was started. @default that one itself */
  readonly innerPid?: (pid: number) => number;
}

/**
 * Starts a cell and waits until its warden and its Worker are ready.
 *
 * @param options the machine's powers
 * @param limits what it may use; the heap is fixed for the life of the process
 * @returns a cell without a life
 * @throws VivariumError of code `cell` when it is not ready within `limits.readyMs`
 */
export async function launchCell(options: LaunchOptions, limits: CellLimits): Promise<Cell> {
  const { clock, deno, dist } = options;
  const process = options.spawn(cellCommand({ deno, dist, limits }));
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const cell = new LockedCell({
    process,
    secret: [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
    clock,
    limits,
    residentBytes: options.residentBytes ?? residentBytes,
    glance: options.glance ?? glanceAt,
    innerPid: options.innerPid ?? ((pid) => pid),
  });
  const late = Promise.withResolvers<never>();
  const cancel = clock.after(limits.readyMs, () => {
    late.reject(new VivariumError("cell", `a cell was not ready within ${limits.readyMs} ms`));
  });
  try {
    await Promise.race([cell.ready, late.promise]);
    return cell;
  } catch (error) {
    await cell.kill(messageOf(error));
    throw error;
  } finally {
    cancel();
  }
}
