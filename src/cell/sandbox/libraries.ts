import type { Bind } from "./types.ts";

/** A line of `ldd`: `libc.so.6 => /lib/libc.so.6 (0x…)`, or the linker itself without an arrow. */
const linked = /(\/\S+) \(0x[0-9a-f]+\)$/;

/**
 * The shared libraries of a program, from what `ldd` prints about it. Each keeps its path: the
 * dynamic linker looks for it there.
 *
 * @param listing standard output of `ldd`; empty for a program that is linked statically
 * @returns what to bind
 */
export function librariesIn(listing: string): Bind[] {
  return listing.split("\n").flatMap((line) => {
    const path = linked.exec(line.trim())?.[1];
    return path === undefined ? [] : [{ from: path, to: path }];
  });
}
