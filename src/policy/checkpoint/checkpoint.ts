import { sha256 } from "../../core/hash.ts";
import { messageOf, VivariumError } from "../../core/errors.ts";
import { type LlamaConfig, loadSafetensors, parseConfig, saveSafetensors } from "../llama/mod.ts";
import { PolicyTokenizer } from "../tokenizer.ts";
import { readChecked, readManifest, writeFolder } from "./folder.ts";
import type { Manifest } from "./manifest.ts";

/** Names of a checkpoint's files, as Hugging Face has them. */
export const fileNames = {
  config: "config.json",
  tokenizer: "tokenizer.json",
  model: "model.safetensors",
  optimizer: "optimizer.bin",
} as const;

/** A policy as it lies in a folder: what is needed to sample from it and to train it on. */
export interface Checkpoint {
  readonly manifest: Manifest;
  readonly config: LlamaConfig;
  readonly tokenizer: PolicyTokenizer;
  readonly parameters: Float32Array<ArrayBuffer>;
}

/** The identity of parameters. */
export function parametersHash(parameters: Float32Array): string {
  return sha256(
    new Uint8Array(parameters.buffer, parameters.byteOffset, parameters.byteLength),
  );
}

/**
 * Reads a whole checkpoint, every file checked by its hash.
 *
 * @throws {VivariumError} `checkpoint` if anything is missing or damaged
 */
export async function readCheckpoint(path: string): Promise<Checkpoint> {
  const manifest = await readManifest(path);
  const read = (name: string) => readChecked(path, manifest, name);
  const text = async (name: string): Promise<unknown> =>
    JSON.parse(new TextDecoder().decode(await read(name)));
  try {
    const config = parseConfig(await text(fileNames.config));
    const tokenizer = new PolicyTokenizer(await text(fileNames.tokenizer));
    const parameters = loadSafetensors(config, await read(fileNames.model));
    if (tokenizer.size > config.vocab_size) {
      throw new RangeError(`the tokenizer has ${tokenizer.size} tokens: the model has fewer`);
    }
    return { manifest, config, tokenizer, parameters };
  } catch (cause) {
    if (cause instanceof VivariumError) throw cause;
    throw new VivariumError(
      "checkpoint",
      `cannot load the checkpoint '${path}': ${messageOf(cause)}`,
      { hint: "the shipped checkpoint is assets/policy", cause },
    );
  }
}

/** What a first checkpoint is made of. */
export interface CheckpointParts {
  readonly config: LlamaConfig;
  /** The content of `tokenizer.json`. */
  readonly tokenizer: object;
  readonly parameters: Float32Array;
  readonly training: Manifest["training"];
  readonly metrics: Manifest["metrics"];
  readonly createdAtMs: number;
}

/** Writes version 0 of a lineage. A checkpoint that is there already is replaced. */
export function writeCheckpoint(path: string, parts: CheckpointParts): Promise<Manifest> {
  const { config, tokenizer, parameters, training, metrics, createdAtMs } = parts;
  const hash = parametersHash(parameters);
  const json = (value: object): Uint8Array =>
    new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`);
  return writeFolder(
    path,
    {
      [fileNames.config]: json(config),
      [fileNames.tokenizer]: json(tokenizer),
      [fileNames.model]: saveSafetensors(config, parameters, { format: "pt", hash }),
    },
    {
      format: "vivarium-policy-1",
      version: 0,
      parent: null,
      hash,
      base: hash,
      createdAtMs,
      parameters: parameters.length,
      updates: 0,
      metrics,
      training,
      memory: {},
      episodes: [],
    },
    { replace: true },
  );
}
