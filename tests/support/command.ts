/** Runs the program as a person would: as a process, by its entry. */

/** What a finished command left behind. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program's root folder. */
export const root = new URL("../../", import.meta.url).pathname.replace(/\/$/, "");

type Environment = Readonly<Record<string, string>>;

function command(args: readonly string[], env: Environment = {}): Deno.Command {
  return program(["-P=house", "src/cli/main.ts", ...args], env);
}

function program(args: readonly string[], env: Environment = {}): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", ...args],
    cwd: root,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** Runs `vivarium ARGS` to its end, with more in its environment. */
export async function vivariumWith(env: Environment, args: readonly string[]): Promise<Finished> {
  return await finished(command(args, env));
}

/** Runs `vivarium ARGS` to its end. */
export async function vivarium(...args: readonly string[]): Promise<Finished> {
  return await finished(command(args));
}

/** Runs a script of the project to its end, with the permissions of a test. */
export async function script(path: string, ...args: readonly string[]): Promise<Finished> {
  return await finished(program(["-P=test", path, ...args]));
}

async function finished(command: Deno.Command): Promise<Finished> {
  const output = await command.output();
  const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return { code: output.code, stdout: decode(output.stdout), stderr: decode(output.stderr) };
}

/** A command that is still running, its standard output read line by line. */
export class Running {
  readonly lines: string[] = [];
  readonly #process: Deno.ChildProcess;
  readonly #reading: Promise<void>;
  #waiting: { matches: (line: string) => boolean; resolve: (line: string) => void }[] = [];

  constructor(...args: readonly string[]) {
    this.#process = command(args).spawn();
    this.#reading = this.#read();
    // Drained, so that a full pipe never holds the process up.
    void this.#process.stderr.pipeTo(new WritableStream()).catch(() => {});
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** The first line, seen or still to come, that matches. */
  line(matches: (line: string) => boolean): Promise<string> {
    const seen = this.lines.find(matches);
    if (seen !== undefined) return Promise.resolve(seen);
    return new Promise((resolve) => this.#waiting.push({ matches, resolve }));
  }

  /** Sends a signal, and waits for the end. */
  async kill(signal: Deno.Signal): Promise<Deno.CommandStatus> {
    this.#process.kill(signal);
    return await this.ended();
  }

  /** Waits for the end. */
  async ended(): Promise<Deno.CommandStatus> {
    const status = await this.#process.status;
    await this.#reading;
    return status;
  }

  async #read(): Promise<void> {
    let rest = "";
    for await (const text of this.#process.stdout.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + text).split("\n");
      rest = parts.pop() ?? "";
      for (const line of parts) {
        this.lines.push(line);
        this.#waiting = this.#waiting.filter((waiter) => {
          if (!waiter.matches(line)) return true;
          waiter.resolve(line);
          return false;
        });
      }
    }
  }
}

/** Pids of the living processes whose command line holds a text. Linux only. */
export function processesWith(text: string): number[] {
  const found: number[] = [];
  for (const entry of Deno.readDirSync("/proc")) {
    if (!/^\d+$/.test(entry.name)) continue;
    try {
      const line = Deno.readTextFileSync(`/proc/${entry.name}/cmdline`);
      const state = Deno.readTextFileSync(`/proc/${entry.name}/stat`).split(") ")[1]?.[0];
      if (line.includes(text) && state !== "Z") found.push(Number(entry.name));
    } catch {
      // Gone meanwhile.
    }
  }
  return found;
}

/** Pids of the living children of a process. Linux only. */
export function childrenOf(pid: number): number[] {
  return Deno.readTextFileSync(`/proc/${pid}/task/${pid}/children`).trim().split(" ")
    .filter((text) => text !== "").map(Number);
}

/** Whether a process is alive (and not merely waiting to be reaped). Linux only. */
export function isAlive(pid: number): boolean {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    return stat.split(") ")[1]?.[0] !== "Z";
  } catch {
    return false;
  }
}
