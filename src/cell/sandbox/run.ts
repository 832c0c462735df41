import type { CommandLine } from "./types.ts";

/** What a short run gave. */
export interface Trial {
  readonly ok: boolean;
  readonly output: string;
  /** One line on why it failed. */
  readonly why: string;
}

/** More than any trial needs, on a machine that is busy. */
const trialMs = 20_000;

/**
 * Runs a command to its end and never throws.
 *
 * @param line what to run; it sees only this environment
 * @returns its standard output, or why it failed
 */
export async function trialRun(line: CommandLine): Promise<Trial> {
  try {
    const { code, stdout, stderr } = await new Deno.Command(line.command, {
      args: [...line.args],
      env: line.env,
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      signal: AbortSignal.timeout(trialMs),
    }).output();
    const output = new TextDecoder().decode(stdout);
    const complaint = new TextDecoder().decode(stderr).trim().split("\n")[0] ?? "";
    return { ok: code === 0, output, why: `${complaint || "it failed"} (exit ${code})` };
  } catch (error) {
    return { ok: false, output: "", why: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * The first executable of a name on a search path.
 *
 * @param name of the program
 * @param path folders, divided by colons; those that are not absolute are passed over
 * @returns its path, or undefined
 */
export async function findOnPath(name: string, path: string): Promise<string | undefined> {
  for (const folder of path.split(":").filter((part) => part.startsWith("/"))) {
    try {
      const { isFile, mode } = await Deno.stat(`${folder}/${name}`);
      if (isFile && ((mode ?? 0) & 0o111) !== 0) return `${folder}/${name}`;
    } catch {
      // Not here.
    }
  }
  return undefined;
}
