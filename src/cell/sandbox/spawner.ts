import { yieldProcessor } from "../priority.ts";
import { isStopped, processorMs, residentBytes, type Spawner } from "../spawn.ts";
import type { CellLimits } from "../types.ts";
import { exitOf } from "./exit.ts";
import { innerPid } from "./inner_pid.ts";
import { sandboxLimitsOf } from "./limits.ts";
import type { Layers, Profile } from "./types.ts";
import { wrapCommand } from "./wrap.ts";

/** How cells are to be wrapped. */
export interface SandboxOptions {
  readonly layers: Layers;
  readonly profile: Profile;
  /** Absolute paths of the files that the cell loads. */
  readonly files: readonly string[];
  readonly limits: Pick<CellLimits, "memoryMb">;
}

/**
 * A spawner whose processes run inside the sandbox, and that tells of their end as if they did not.
 *
 * @param spawn starts the wrapped process
 * @param options how to wrap it
 * @returns a spawner for `launchCell`
 */
export function sandboxedSpawner(spawn: Spawner, options: SandboxOptions): Spawner {
  const { layers, profile, files } = options;
  const wrapped = layers.bubblewrap.on && profile !== "portable";
  return ({ file, args, env }) => {
    const cell = { command: file, args, env, files };
    const line = wrapCommand(cell, layers, profile, sandboxLimitsOf(options.limits));
    const process = spawn({ file: line.command, args: line.args, env: line.env });
    return { ...process, exit: process.exit.then((exit) => exitOf(exit, wrapped)) };
  };
}

/**
 * Resident memory of the process that does a cell's work, wherever the sandbox put it.
 *
 * @param pid of the process that was started
 * @returns bytes, or undefined where the system does not tell
 */
export function residentBytesInside(pid: number): Promise<number | undefined> {
  return residentBytes(innerPid(pid));
}

/**
 * Whether the process that does a cell's work is stopped, wherever the sandbox put it.
 *
 * @param pid of the process that was started
 */
export function isStoppedInside(pid: number): boolean {
  return isStopped(innerPid(pid));
}

/**
 * Processor time of the process that does a cell's work, wherever the sandbox put it.
 *
 * @param pid of the process that was started
 * @returns milliseconds, or undefined where the system does not tell
 */
export function processorMsInside(pid: number): Promise<number | undefined> {
  return processorMs(innerPid(pid));
}

/**
 * Lets other cells go before the process that does a cell's work, wherever the sandbox put it.
 *
 * @param pid of the process that was started
 * @param yields whether it is to stand behind the others
 */
export function yieldProcessorInside(pid: number, yields: boolean): void {
  yieldProcessor(innerPid(pid), yields);
}
