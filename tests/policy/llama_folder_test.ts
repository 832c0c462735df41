import { assert, assertEquals, assertLess, assertRejects } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import { readLlamaFolder } from "../../src/policy/checkpoint/mod.ts";
import { LlamaTrainer, parameterLayout } from "../../src/policy/llama/mod.ts";
import { trainTokenizer } from "../../scripts/train_tokenizer.ts";
import { root } from "../support/command.ts";

const fixtures = `${root}/tests/scripts/fixtures`;

/** A folder as it is published, around weights that PyTorch's reference wrote. */
async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const config = JSON.parse(await Deno.readTextFile(`${fixtures}/mixed.config.json`));
    const published = {
      architectures: ["LlamaForCausalLM"],
      model_type: "llama",
      attention_bias: false,
      hidden_act: "silu",
      head_dim: 4,
      rope_scaling: null,
      torch_dtype: "float32",
      transformers_version: "4.51.3",
      ...config,
    };
    await Deno.writeTextFile(`${folder}/config.json`, JSON.stringify(published));
    const tokenizer = trainTokenizer({ seed: 1, chains: 50, size: 300 });
    await Deno.writeTextFile(`${folder}/tokenizer.json`, JSON.stringify(tokenizer));
    await Deno.copyFile(`${fixtures}/mixed.safetensors`, `${folder}/model.safetensors`);
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("readLlamaFolder() loads a published folder, whose weights give PyTorch's log-probabilities", () =>
  withFolder(async (folder) => {
    const { config, parameters, tokenizer } = await readLlamaFolder(folder);
    assertEquals([config.num_key_value_heads, config.tie_word_embeddings], [2, false]);
    const text = "class A { handle() { return 1; } }";
    assertEquals(tokenizer.decode(tokenizer.encode(text).ids), text);
    const json = async (name: string) =>
      JSON.parse(await Deno.readTextFile(`${fixtures}/mixed.${name}.json`));
    const { ids } = await json("batch") as { ids: number[][] };
    const { logp } = await json("expected") as { logp: number[][] };
    const trainer = await LlamaTrainer.create(config, parameters);
    const lp = await trainer.logProbabilities({
      ids: Int32Array.from(ids.flat()),
      batchSize: ids.length,
      length: ids[0]!.length - 1,
    });
    await trainer.dispose();
    logp.flat().forEach((expected, i) =>
      assertLess(Math.abs(lp[i]! - expected) / Math.abs(expected), 1e-5)
    );
  }));

Deno.test("readLlamaFolder() reads weights that are spread over files, and no file elsewhere", () =>
  withFolder(async (folder) => {
    const { config, parameters } = await readLlamaFolder(folder);
    await Deno.rename(`${folder}/model.safetensors`, `${folder}/model-00001-of-00002.safetensors`);
    const layout = parameterLayout(config);
    const spread = (second: string) =>
      Object.fromEntries(layout.map(({ name }, index) => [
        name,
        index % 2 === 0 ? "model-00001-of-00002.safetensors" : second,
      ]));
    const index = (map: object) =>
      Deno.writeTextFile(
        `${folder}/model.safetensors.index.json`,
        JSON.stringify({ metadata: {}, weight_map: map }),
      );
    const first = `${folder}/model-00001-of-00002.safetensors`;
    await Deno.copyFile(first, `${folder}/model-00002-of-00002.safetensors`);
    await index(spread("model-00002-of-00002.safetensors"));
    assertEquals((await readLlamaFolder(folder)).parameters, parameters);
    await index(spread("../model.safetensors"));
    const error = await assertRejects(() => readLlamaFolder(folder), VivariumError);
    assert(error.message.includes("'../model.safetensors' is no name of a file"), error.message);
  }));

Deno.test("readLlamaFolder() says what does not fit", () =>
  withFolder(async (folder) => {
    const config = JSON.parse(await Deno.readTextFile(`${folder}/config.json`));
    const other = { ...config, attention_bias: true };
    await Deno.writeTextFile(`${folder}/config.json`, JSON.stringify(other));
    const biased = await assertRejects(() => readLlamaFolder(folder), VivariumError);
    assertEquals(biased.code, "checkpoint");
    assert(biased.message.includes("'attention_bias' must be false"), biased.message);
    await Deno.writeTextFile(`${folder}/config.json`, JSON.stringify(config));
    await Deno.remove(`${folder}/model.safetensors`);
    const missing = await assertRejects(() => readLlamaFolder(folder), VivariumError);
    assert(missing.message.includes("model.safetensors"), missing.message);
  }));
