import { isAlive } from "./command.ts";

/** A process's children, theirs, and so on. Linux only. */
export function descendantsOf(pid: number): number[] {
  return childrenNow(pid).flatMap((each) => [each, ...descendantsOf(each)]);
}

/** Children of every thread; none of a process that is gone. */
function childrenNow(pid: number): number[] {
  try {
    const tasks = [...Deno.readDirSync(`/proc/${pid}/task`)].map(({ name }) => name);
    return tasks.flatMap((task) =>
      Deno.readTextFileSync(`/proc/${pid}/task/${task}/children`).trim().split(" ")
    ).filter((text) => text !== "").map(Number);
  } catch {
    return [];
  }
}

/** What a process may take to be gone once its house has stopped, in milliseconds. */
const leavingMs = 2000;

/** Those that are still there when they had their time to go: the kernel ends a namespace by itself. */
export async function outliving(pids: readonly number[]): Promise<number[]> {
  const deadline = performance.now() + leavingMs;
  for (;;) {
    const left = pids.filter(isAlive);
    if (left.length === 0 || performance.now() > deadline) return left;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
