import { Tokenizer } from "@huggingface/tokenizers";
import { z } from "zod";
import { messageOf, VivariumError } from "../../core/errors.ts";
import {
  type LlamaConfig,
  loadSafetensors,
  parseConfig,
  readSafetensors,
  type StoredTensors,
} from "../llama/mod.ts";

/** A model as Hugging Face publishes it. */
export interface LlamaFolder {
  readonly config: LlamaConfig;
  /** The flat vector (see `parameterLayout`). */
  readonly parameters: Float32Array<ArrayBuffer>;
  readonly tokenizer: Tokenizer;
}

const indexSchema = z.looseObject({ weight_map: z.record(z.string(), z.string()) });

/**
 * Reads a folder of Hugging Face's Llama family: `config.json`, `tokenizer.json`, and its weights in
 * `model.safetensors` or the files that `model.safetensors.index.json` names.
 *
 * @throws {VivariumError} `checkpoint` that says what is missing or does not fit
 */
export async function readLlamaFolder(path: string): Promise<LlamaFolder> {
  try {
    const json = async (name: string): Promise<unknown> =>
      JSON.parse(await Deno.readTextFile(`${path}/${name}`));
    const config = parseConfig(await json("config.json"));
    const tokenizer = new Tokenizer(await json("tokenizer.json") as object, {});
    const index = await json("model.safetensors.index.json").catch(() => undefined);
    const files = index === undefined
      ? ["model.safetensors"]
      : [...new Set(Object.values(indexSchema.parse(index).weight_map))].sort();
    const parts: StoredTensors[] = [];
    for (const name of files) {
      // A name from the index must not lead out of the folder.
      if (name.includes("/")) throw new RangeError(`'${name}' is no name of a file here`);
      parts.push(readSafetensors(await Deno.readFile(`${path}/${name}`)));
    }
    const tensors = new Map(parts.flatMap((part) => [...part.tensors]));
    return { config, tokenizer, parameters: loadSafetensors(config, { tensors, metadata: {} }) };
  } catch (cause) {
    throw new VivariumError("checkpoint", `cannot load '${path}': ${messageOf(cause)}`, {
      hint: "a folder of the Llama family has config.json, tokenizer.json and model.safetensors",
      cause,
    });
  }
}
