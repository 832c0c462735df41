/** Longest time for which the event loop may stand still, in milliseconds. */
export const longestStallMs = 500;

const everyMs = 10;

/** Measures for how long at most the event loop stood still since the last reading. */
export interface StallWatch extends Disposable {
  read(): number;
}

/** Starts watching this process's event loop. */
export function watchStalls(): StallWatch {
  let last = performance.now();
  let worst = 0;
  const look = () => {
    const now = performance.now();
    worst = Math.max(worst, now - last - everyMs);
    last = now;
  };
  const timer = setInterval(look, everyMs);
  return {
    read() {
      look();
      const result = worst;
      worst = 0;
      return Math.round(result);
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

/** Processes that a process has started and that have not been reaped, and theirs. */
export function descendants(pid: number): number[] {
  const children: number[] = [];
  try {
    for (const { name } of Deno.readDirSync(`/proc/${pid}/task`)) {
      const text = Deno.readTextFileSync(`/proc/${pid}/task/${name}/children`);
      children.push(...text.split(" ").filter((part) => part !== "").map(Number));
    }
  } catch {
    // It has ended, or there is no /proc.
  }
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** Whether a process is there, and not merely waiting to be reaped. */
export function isAlive(pid: number): boolean {
  try {
    return /^State:\s+[^Z\s]/m.test(Deno.readTextFileSync(`/proc/${pid}/status`));
  } catch {
    return false;
  }
}
