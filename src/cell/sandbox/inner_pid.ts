/** How deep bubblewrap puts a cell: bwrap, its reaper, Deno. */
const maximumDepth = 4;

/** Children of a process, by the kernel; empty if it is gone or the kernel does not say. */
function childrenOf(pid: number): number[] {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`);
    return text.split(" ").filter((part) => part !== "").map(Number);
  } catch {
    return [];
  }
}

/**
 * The process that does a cell's work: the innermost child of the one that was started (Deno under
 * bubblewrap), or that one itself where nothing is wrapped. A cell cannot start processes of its own
 * where seccomp holds, so the chain has no branches. Ask once the cell is ready, then keep it: a
 * number stays right for as long as the outer process has not been reaped.
 *
 * @param pid of the process that was started
 * @returns the pid to read memory and processor time of, on the host's side
 */
export function innerPid(pid: number): number {
  let inner = pid;
  for (let depth = 0; depth < maximumDepth; depth++) {
    const [child] = childrenOf(inner);
    if (child === undefined) break;
    inner = child;
  }
  return inner;
}
