import { Command } from "commander";
import { VivariumError } from "../../core/errors.ts";
import { integer } from "../options.ts";
import { progressOf } from "../progress.ts";
import type { Terminal } from "../terminal.ts";
import { examples } from "./reading.ts";

interface PretrainOptions {
  readonly seed: number;
  readonly steps: number;
  readonly out: string;
  readonly threads: number;
  readonly samples: number;
}

const root = decodeURIComponent(new URL("../../..", import.meta.url).pathname).replace(/\/$/, "");

/** `pretrain`: the shipped checkpoint, from nothing. */
export function pretrainCommand(terminal: Terminal): Command {
  return new Command("pretrain")
    .description("Make a checkpoint from nothing, by next-token prediction.")
    .option("--seed <n>", "of corpus, weights and order", integer(0, 0xffffffff), 1)
    .option("--steps <n>", "optimiser steps", integer(1, 1e7), 6000)
    .option("--threads <n>", "threads", integer(1, 256), 2)
    .option(
      "--samples <n>",
      "responses drawn at the end, to see how many parse",
      integer(1, 1e6),
      512,
    )
    .requiredOption("--out <dir>", "where to write it; what is there is replaced")
    .addHelpText(
      "after",
      examples("pretrain --out my-policy --steps 500", "run --checkpoint my-policy"),
    )
    .action((options: PretrainOptions) => pretrain(options, terminal));
}

/** In a process of its own: it may call ONNX Runtime, which this one may not. */
async function pretrain(options: PretrainOptions, terminal: Terminal): Promise<void> {
  const { seed, steps, out, threads, samples } = options;
  const numbers = { seed, steps, threads, samples };
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-q", "--no-prompt", "-P=policy", "scripts/pretrain.ts"],
      ...Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)]),
      "--out",
      absolute(out),
    ],
    cwd: root,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  using progress = progressOf(terminal, "steps", steps);
  const last = await follow(child.stderr, (line) => {
    const step = /\bstep (\d+),/.exec(line)?.[1];
    if (step === undefined || !terminal.progress) terminal.err(line);
    else progress.at(Number(step));
  });
  const { code } = await child.status;
  if (code === 0) return;
  throw new VivariumError("checkpoint", `pretraining ended with exit code ${code}: ${last}`, {
    hint: "see the lines above",
  });
}

/** Hands each line on; gives the last. */
async function follow(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onLine: (line: string) => void,
): Promise<string> {
  let [rest, last] = ["", ""];
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines.filter((each) => each !== "")) onLine(last = line);
  }
  if (rest !== "") onLine(last = rest);
  return last;
}

/** The child works in the project's folder, whatever this one's is. */
function absolute(path: string): string {
  return path.startsWith("/") ? path : `${Deno.cwd()}/${path}`;
}
