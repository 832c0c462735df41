import { Tokenizer } from "@huggingface/tokenizers";
import { z } from "zod";

/** Tokens that no text can produce, in the order of their ids. */
export const specialTokens = ["<|pad|>", "<|bos|>", "<|response|>", "<|eos|>"] as const;

/** Ids of the special tokens. */
export interface SpecialIds {
  readonly pad: number;
  /** Begins a prompt. */
  readonly bos: number;
  /** Stands between a prompt and its response. */
  readonly response: number;
  /** Ends a response. */
  readonly eos: number;
}

const jsonSchema = z.looseObject({
  model: z.looseObject({ type: z.literal("BPE"), vocab: z.record(z.string(), z.int().min(0)) }),
});

/** Long prompts are cut before they are encoded: a token is at most this many characters here. */
const charactersPerToken = 32;

/**
 * Text to token ids and back, by a byte-level BPE in Hugging Face's `tokenizer.json` format. Every
 * text survives the round trip, but for lone surrogates.
 */
export class PolicyTokenizer {
  readonly size: number;
  readonly special: SpecialIds;
  readonly #tokenizer: Tokenizer;

  /**
   * @param json the content of a `tokenizer.json`
   * @throws {z.ZodError} if it is not one of a BPE
   * @throws {RangeError} if a special token is missing
   */
  constructor(json: unknown) {
    const { model } = jsonSchema.parse(json);
    this.#tokenizer = new Tokenizer(json as object, {});
    this.size = Object.keys(model.vocab).length;
    const [pad, bos, response, eos] = specialTokens.map((token) => {
      const id = model.vocab[token];
      if (id === undefined) throw new RangeError(`the tokenizer has no token '${token}'`);
      return id;
    }) as [number, number, number, number];
    this.special = { pad, bos, response, eos };
  }

  /** Token ids of a text. A special token's name in it is text like any other. */
  encode(text: string): number[] {
    return apart(text).flatMap((part) =>
      this.#tokenizer.encode(part, { add_special_tokens: false }).ids
    );
  }

  /** The text of token ids; special tokens give nothing. */
  decode(ids: readonly number[]): string {
    const plain = ids.filter((id) => !Object.values(this.special).includes(id));
    if (plain.length === 0) return "";
    return this.#tokenizer.decode(plain, {
      skip_special_tokens: true,
      clean_up_tokenization_spaces: false,
    });
  }

  /**
   * What the model reads before it writes: `bos`, the end of the prompt, `response`.
   *
   * @param maxTokens of the whole; a longer prompt loses its beginning
   */
  prompt(text: string, maxTokens: number): number[] {
    const room = maxTokens - 2;
    const end = this.encode(text.slice(-room * charactersPerToken).toWellFormed());
    return [this.special.bos, ...end.slice(-room), this.special.response];
  }
}

// The library finds special tokens in any text; an agent must not be able to write one. Cut after
// its first character, the name is found no more.
function apart(text: string): string[] {
  if (!text.includes("<|")) return text === "" ? [] : [text];
  return text.split(/(?<=<)(?=\|)/);
}
