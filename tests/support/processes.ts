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
