import { seededRandom } from "../../src/core/random.ts";
import { writeCheckpoint } from "../../src/policy/checkpoint/mod.ts";
import { initParameters, parseConfig } from "../../src/policy/llama/mod.ts";
import { trainTokenizer } from "../../scripts/train_tokenizer.ts";

const config = parseConfig({
  vocab_size: 300,
  hidden_size: 16,
  num_hidden_layers: 1,
  num_attention_heads: 2,
  intermediate_size: 32,
  max_position_embeddings: 256,
});

/** Writes a checkpoint of a policy with 6,500 random weights: all of the machinery, at no price. */
export async function writeTinyCheckpoint(folder: string): Promise<void> {
  await writeCheckpoint(folder, {
    config,
    tokenizer: trainTokenizer({ seed: 1, chains: 50, size: 300 }),
    parameters: initParameters(config, seededRandom(1)),
    training: {},
    metrics: {},
    createdAtMs: 0,
  });
}
