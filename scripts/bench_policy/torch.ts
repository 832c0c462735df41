import { z } from "zod";
import type { LlamaConfig } from "../../src/policy/llama/mod.ts";
import { trainingShape } from "./models.ts";
import type { Contender, DecodingShape } from "./ours.ts";

/** How the reference is run. */
export interface Torch {
  /** A Python that has torch. */
  readonly python: string;
  /** `torch_llama.py` */
  readonly script: string;
  readonly version: string;
}

/**
 * Looks for PyTorch and the reference.
 *
 * @returns how to run it, or in words why it cannot be run
 */
export async function findTorch(script: string): Promise<Torch | string> {
  const found = await Deno.stat(script).then(({ isFile }) => isFile, () => false);
  if (!found) return `there is no ${script}`;
  for (const python of ["python3", "/usr/bin/python3"]) {
    const version = await output(python, ["-c", "import torch; print(torch.__version__)"])
      .catch(() => undefined);
    if (version !== undefined) return { python, script, version: version.trim() };
  }
  return "python3-torch is not installed (apt-get install -y --no-install-recommends python3-torch libopenblas0-pthread)";
}

/** Whole training steps by the reference: the median step of a turn. */
export function torchTraining(
  torch: Torch,
  config: LlamaConfig,
  threads: number,
  seconds: number,
): Promise<Contender> {
  const { batchSize, length } = trainingShape;
  const sizes = { "batch-size": batchSize, length, threads, seconds };
  return contender(torch, "bench", config, sizes, "tokens_per_s_median");
}

/** Answers by the reference's eager decoding with a KV cache: the best of four. */
export function torchDecoding(
  torch: Torch,
  config: LlamaConfig,
  threads: number,
  { rows, prompt, tokens }: DecodingShape,
): Promise<Contender> {
  const sizes = { "batch-size": rows, prompt, tokens, threads };
  return contender(torch, "decode", config, sizes, "tokens_per_s_best");
}

async function contender(
  { python, script }: Torch,
  mode: string,
  config: LlamaConfig,
  sizes: Readonly<Record<string, number>>,
  figure: string,
): Promise<Contender> {
  const file = await Deno.makeTempFile({ prefix: "vivarium-bench-", suffix: ".json" });
  await Deno.writeTextFile(file, JSON.stringify(config));
  const flags = Object.entries(sizes).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return {
    measure: async () => {
      const text = await output(python, [script, mode, "--config", file, ...flags]);
      return z.record(z.string(), z.number()).parse(JSON.parse(text))[figure] ?? NaN;
    },
    close: () => Deno.remove(file),
  };
}

async function output(program: string, args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    // OpenMP threads that spin while they wait take the core from those that work: on two shared cores
    // PyTorch was four times slower with them. Our sessions do not spin either.
    env: { OMP_WAIT_POLICY: "PASSIVE", PYTHONDONTWRITEBYTECODE: "1" },
  }).output();
  if (!success) throw new Error(`${program} failed: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}
