/** Processes as Linux shows them under /proc: whose children they are, and what they use. */

/** After so long without work, in milliseconds, a cell's V8 has given back the memory that it can. */
export const restMs = 6000;

/** All descendants of a process; none where the system does not tell. */
export function descendants(pid: number): readonly number[] {
  const children = (parent: number): number[] =>
    read(`/proc/${parent}/task/${parent}/children`).split(" ").filter(Boolean).map(Number);
  return children(pid).flatMap((child) => [child, ...descendants(child)]);
}

/** Memory that is a process's share (PSS): what is shared counts once among all who share it. */
export function pssBytes(pid: number): number {
  const [, kib] = read(`/proc/${pid}/smaps_rollup`).match(/^Pss:\s+(\d+) kB$/m) ?? [];
  return Number(kib ?? 0) * 1024;
}

/** Processor time of a process so far, to a hundredth of a second. */
export function processorMs(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return 10 * (Number(fields[11] ?? 0) + Number(fields[12] ?? 0));
}

/** Memory of the machine that could still be had. */
export function availableBytes(): number {
  const [, kib] = read("/proc/meminfo").match(/^MemAvailable:\s+(\d+) kB$/m) ?? [];
  return Number(kib ?? 0) * 1024;
}

/** Empty where the file or the process is gone. */
function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
