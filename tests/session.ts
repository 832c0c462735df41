/** The session of a process on Linux: a terminal's Ctrl-C is for those of its own session. */
export function sessionOf(pid: number): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3]);
}
