/**
 * Trains the policy's tokenizer on the corpus and writes it as a Hugging Face `tokenizer.json`.
 *
 * Run by `deno task pretrain`, or alone: `deno run -A scripts/train_tokenizer.ts --out FILE`.
 */
import { Command } from "commander";
import { trainBpe } from "./bpe.ts";
import { chainAt } from "./corpus/mod.ts";

/** How a tokenizer is trained. */
export interface TokenizerOptions {
  /** Seed of the corpus. */
  readonly seed: number;
  /** Chains of the corpus that it is trained on. @default 6000 */
  readonly chains?: number;
  /** Tokens, special ones included. @default 1024 */
  readonly size?: number;
}

/** The content of a `tokenizer.json`, trained on the first chains of a corpus. */
export function trainTokenizer({ seed, chains = 6000, size = 1024 }: TokenizerOptions): object {
  const texts: string[] = [];
  for (let number = 0; number < chains; number++) {
    for (const { prompt, response } of chainAt(seed, number)) texts.push(prompt, response);
  }
  return trainBpe(texts, size);
}

if (import.meta.main) {
  const options = new Command("train_tokenizer")
    .option("--seed <number>", "seed of the corpus", Number, 1)
    .option("--chains <number>", "chains to train on", Number, 6000)
    .option("--size <number>", "tokens", Number, 1024)
    .requiredOption("--out <file>", "where to write it")
    .parse(Deno.args, { from: "user" })
    .opts<{ seed: number; chains: number; size: number; out: string }>();
  await Deno.writeTextFile(options.out, `${JSON.stringify(trainTokenizer(options), null, 1)}\n`);
}
