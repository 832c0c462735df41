import { cellFilter } from "./filter.ts";

/** Writes a file whole or not at all: another house may be starting beside this one. */
async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.${crypto.randomUUID()}`;
  await Deno.writeFile(draft, bytes, { mode: 0o400, createNew: true });
  await Deno.rename(draft, path);
}

/**
 * Puts the assembled filters into files, for the shell to open at each launch.
 *
 * @param folder that nobody but this user can write; made where it is missing
 * @returns their paths, or undefined on an architecture that the filter is not written for
 */
export async function writeFilters(
  folder: string,
): Promise<Readonly<Record<"strict" | "fast", string>> | undefined> {
  const { arch } = Deno.build;
  if (arch !== "x86_64" && arch !== "aarch64") return undefined;
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  const strict = `${folder}/seccomp-strict-${arch}.bpf`;
  const fast = `${folder}/seccomp-fast-${arch}.bpf`;
  await writeAtomically(strict, cellFilter(arch, false));
  await writeAtomically(fast, cellFilter(arch, true));
  return { strict, fast };
}
