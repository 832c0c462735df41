import { root } from "../../tests/support/command.ts";
import { descendantsOf } from "../../tests/support/processes.ts";

/** What the system says of a house's supervisor at one moment. Linux only. */
export interface Vitals {
  readonly rssMb: number;
  /** Resident memory, what is shared with other processes counted in part. */
  readonly pssMb: number;
  /** Open file descriptors. */
  readonly files: number;
  /** The supervisor, and all that it started. */
  readonly processes: number;
}

/** The program itself, as a process of its own, whose agents ask the teacher. */
export class SoakedHouse {
  readonly url: string;
  readonly #process: Deno.ChildProcess;

  private constructor(process: Deno.ChildProcess, url: string) {
    this.#process = process;
    this.url = url;
  }

  /** Starts it on a database, with one agent of its own. */
  static async start(db: string, modelHost: string): Promise<SoakedHouse> {
    const process = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-q", "--no-prompt", "-P=house", "src/cli/main.ts", "run", "--json"],
        ...["--db", db, "--port", "0", "--agents", "1", "--llm", "ollama:teacher"],
      ],
      cwd: root,
      env: { NO_COLOR: "1", OLLAMA_HOST: modelHost },
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const lines = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    let url: string | undefined;
    while (url === undefined) {
      const { value, done } = await lines.read();
      if (done) throw new Error(`the house did not start: ${text}`);
      text += value;
      url = text.match(/"api":"([^"]+)"/)?.[1]?.replace(/\/$/, "");
    }
    // Drained, so that a full pipe never holds it up.
    void (async () => {
      while (!(await lines.read()).done);
    })();
    return new SoakedHouse(process, url);
  }

  /** Starts an agent more. */
  async spawn(name: string, stepMs: number): Promise<void> {
    const response = await fetch(`${this.url}/v1/agents`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name, firstQuery: `teach ${name}`, limits: { stepMs } }),
    });
    const answer = await response.text();
    if (!response.ok) throw new Error(`'${name}' was not spawned: ${answer}`);
  }

  /** How it is. */
  vitals(): Vitals {
    const { pid } = this.#process;
    const kilobytes = (file: string, field: string): number =>
      Number(
        Deno.readTextFileSync(`/proc/${pid}/${file}`).match(RegExp(`^${field}:\\s+(\\d+)`, "m"))
          ?.[1],
      );
    return {
      rssMb: kilobytes("status", "VmRSS") / 1024,
      pssMb: kilobytes("smaps_rollup", "Pss") / 1024,
      files: [...Deno.readDirSync(`/proc/${pid}/fd`)].length,
      processes: 1 + descendantsOf(pid).length,
    };
  }

  /** All processes of it. */
  family(): readonly number[] {
    return [this.#process.pid, ...descendantsOf(this.#process.pid)];
  }

  /** Ends it in order; resolves with its exit code. */
  async stop(): Promise<number> {
    this.#process.kill("SIGTERM");
    return (await this.#process.status).code;
  }
}
