/** The kernel's O_CLOEXEC, as `/proc/self/fdinfo` prints it. */
const closeOnExec = 0o2000000;

/**
 * Descriptors beyond the standard three that this process was started with and would hand on to each
 * process it starts (Deno's own are all close-on-exec). Whoever started the house may have left a
 * pipe or a socket open; a cell must not inherit it.
 *
 * @returns their numbers; empty where the system does not say
 */
export function inheritedDescriptors(): number[] {
  const found: number[] = [];
  try {
    for (const { name } of Deno.readDirSync("/proc/self/fdinfo")) {
      const descriptor = Number(name);
      if (descriptor <= 2) continue;
      const flags = /^flags:\s+(\d+)$/m.exec(infoOf(name))?.[1];
      if (flags !== undefined && (parseInt(flags, 8) & closeOnExec) === 0) found.push(descriptor);
    }
  } catch {
    // No /proc here.
  }
  return found;
}

/** Empty for a descriptor that was closed meanwhile: the one that lists the folder. */
function infoOf(name: string): string {
  try {
    return Deno.readTextFileSync(`/proc/self/fdinfo/${name}`);
  } catch {
    return "";
  }
}
