import { z } from "zod";
import type { LlamaConfig } from "../../src/policy/llama/mod.ts";
import { trainingShape } from "./models.ts";
import { answersOfATurn, type Contender, type DecodingShape, type Figure } from "./ours.ts";

const answerSchema = z.object({ tokens_per_s: z.number(), tokens_per_cpu_s: z.number() });

// OpenMP threads that spin while they wait take the core from those that work: on two shared cores PyTorch was
// four times slower with them. Our sessions do not spin either.
const env = { OMP_WAIT_POLICY: "PASSIVE", PYTHONDONTWRITEBYTECODE: "1" };

/** The reference in a Python of its own, asked one measurement after the other. */
export class Torch {
  readonly version: string;
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #output: ReadableStreamDefaultReader<string>;

  private constructor(python: string, folder: string, version: string) {
    this.version = version;
    const driver = decodeURIComponent(new URL("torch_driver.py", import.meta.url).pathname);
    const args = [driver, folder];
    this.#process = new Deno.Command(python, { args, env, stdin: "piped", stdout: "piped" })
      .spawn();
    this.#input = this.#process.stdin.getWriter();
    this.#output = this.#process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /**
   * Looks for PyTorch and the reference, and starts it.
   *
   * @param script `torch_llama.py`
   * @returns or in words why it cannot be run
   */
  static async start(script: string): Promise<Torch | string> {
    const found = await Deno.stat(script).then(({ isFile }) => isFile, () => false);
    if (!found) return `there is no ${script}`;
    for (const python of ["python3", "/usr/bin/python3"]) {
      const args = ["-c", "import torch; print(torch.__version__)"];
      const asked = await new Deno.Command(python, { args }).output().catch(() => undefined);
      if (asked?.success !== true) continue;
      const version = new TextDecoder().decode(asked.stdout).trim();
      const folder = script.includes("/") ? script.slice(0, script.lastIndexOf("/")) : ".";
      return new Torch(python, folder, version);
    }
    return "python3-torch is not installed (apt-get install -y --no-install-recommends python3-torch libopenblas0-pthread)";
  }

  /** Whole training steps: the median step of a turn. */
  training(config: LlamaConfig, threads: number, seconds: number): Contender {
    const { batchSize, length } = trainingShape;
    const shape = [batchSize, length];
    return this.#contender({ mode: "training", config, threads, shape, seconds });
  }

  /** Eager decoding with a KV cache: the best answer of a turn. */
  decoding(config: LlamaConfig, threads: number, shape: DecodingShape): Contender {
    const { rows, prompt, tokens } = shape;
    const ask = { mode: "decoding", config, threads, shape: [rows, prompt, tokens] };
    return this.#contender({ ...ask, answers: answersOfATurn });
  }

  /** Ends the process. */
  async close(): Promise<void> {
    await this.#input.close();
    await this.#output.cancel();
    await this.#process.status;
  }

  #contender(ask: object): Contender {
    return { measure: () => this.#ask(ask), close: () => Promise.resolve() };
  }

  async #ask(ask: object): Promise<Figure> {
    await this.#input.write(new TextEncoder().encode(`${JSON.stringify(ask)}\n`));
    let line = "";
    while (!line.includes("\n")) {
      const { value, done } = await this.#output.read();
      if (done) throw new Error("PyTorch ended: see what it said above");
      line += value;
    }
    const { tokens_per_s, tokens_per_cpu_s } = answerSchema.parse(JSON.parse(line));
    return { perSecond: tokens_per_s, perCpuSecond: tokens_per_cpu_s };
  }
}
