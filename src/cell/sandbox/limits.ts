import type { CellLimits } from "../types.ts";
import { defaultSandboxLimits, type SandboxLimits } from "./types.ts";

/** Resident pages of a cell that are Deno's own file: no data, but seen by the watcher. */
const programMb = 64;
/** Below this Deno does not start. */
const smallestDataMb = 64;

/**
 * The kernel's caps that keep what a child spec promises. The cap on data is what the watcher's limit
 * leaves beside Deno's own pages, so that in `strict` the kernel refuses before the watcher kills.
 *
 * @param limits of the cell
 * @returns caps for `wrapCommand`
 */
export function sandboxLimitsOf(limits: Pick<CellLimits, "memoryMb">): SandboxLimits {
  const dataMb = Math.max(limits.memoryMb - programMb, smallestDataMb);
  return { ...defaultSandboxLimits, dataMb };
}
