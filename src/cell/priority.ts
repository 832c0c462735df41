import { getPriority, setPriority } from "node:os";

/** How far every cell stands behind the house, in steps of niceness: what keeps all alive goes first. */
const behindHouse = 5;
/** How far one that computes for long stands behind it: short turns of others go before its own. */
const farBehindHouse = 15;

/**
 * Lets the house go before a process that was just started, and before what it starts from now on.
 *
 * @param pid the process
 */
export function standBack(pid: number): void {
  setNiceness(pid, behindHouse);
}

/**
 * Lets other cells go before one that computes for long, or no more. Linux keeps a niceness for each
 * thread, and a house without privileges may not take a step back: then the cell stays behind, but
 * never so far that it would stand still. Where there is no `/proc`, nothing happens.
 *
 * @param pid the process
 * @param yields whether it is to stand behind the others
 */
export function yieldProcessor(pid: number, yields: boolean): void {
  try {
    for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
      setNiceness(Number(name), yields ? farBehindHouse : behindHouse);
    }
  } catch {
    // The process has ended, or there is no /proc.
  }
}

function setNiceness(thread: number, behind: number): void {
  try {
    setPriority(thread, Math.min(19, getPriority() + behind));
  } catch {
    // It has ended, or the system does not let the house do this.
  }
}
