import { specialTokens } from "../src/policy/tokenizer.ts";

/**
 * How a text is cut before merging, as in Llama 3 but with single digits: letters with one sign or
 * space before them, a digit, signs with a line's end, white space.
 */
export const splitPattern =
  "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

/**
 * Trains a byte-level BPE (Sennrich et al. 2016; bytes as in GPT-2): again and again the pair of tokens
 * that stands side by side most often becomes a token. Ties go to the pair that comes first in the
 * order of the alphabet, so the same texts give the same tokenizer.
 *
 * @param texts what to learn from
 * @param size tokens wanted, special ones included; if the texts give fewer, reserved ones fill up
 * @returns the content of a `tokenizer.json`
 */
export function trainBpe(texts: Iterable<string>, size: number): object {
  const words = countWords(texts);
  const bytes = byteCharacters();
  const tokens: string[] = [...specialTokens, ...bytes];
  const merges: [string, string][] = [];
  const pieces = [...words].map(([word, count]) => ({ count, parts: inBytes(word, bytes) }));
  while (tokens.length < size) {
    const best = mostFrequentPair(pieces);
    if (best === undefined) break;
    merges.push(best);
    tokens.push(best.join(""));
    for (const piece of pieces) piece.parts = merge(piece.parts, best);
  }
  for (let spare = 0; tokens.length < size; spare++) tokens.push(`<|reserved_${spare}|>`);
  return tokenizerJson(tokens, merges);
}

interface Piece {
  readonly count: number;
  parts: string[];
}

function countWords(texts: Iterable<string>): Map<string, number> {
  const pattern = new RegExp(splitPattern, "gu");
  const words = new Map<string, number>();
  for (const text of texts) {
    for (const [word] of text.matchAll(pattern)) words.set(word, (words.get(word) ?? 0) + 1);
  }
  return words;
}

/** GPT-2's printable stand-in for each byte. */
function byteCharacters(): string[] {
  const printable = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let spare = 256;
  return Array.from(
    { length: 256 },
    (_, byte) => String.fromCharCode(printable(byte) ? byte : spare++),
  );
}

function inBytes(word: string, bytes: readonly string[]): string[] {
  return [...new TextEncoder().encode(word)].map((byte) => bytes[byte] ?? "");
}

function mostFrequentPair(pieces: readonly Piece[]): [string, string] | undefined {
  const counts = new Map<string, number>();
  for (const { count, parts } of pieces) {
    for (let at = 1; at < parts.length; at++) {
      const pair = `${parts[at - 1]} ${parts[at]}`;
      counts.set(pair, (counts.get(pair) ?? 0) + count);
    }
  }
  let [best, most] = ["", 1];
  for (const [pair, count] of counts) {
    if (count > most || (count === most && best !== "" && pair < best)) {
      [best, most] = [pair, count];
    }
  }
  const [left, right] = best.split(" ");
  return left === undefined || right === undefined ? undefined : [left, right];
}

function merge(parts: readonly string[], [left, right]: readonly [string, string]): string[] {
  const merged: string[] = [];
  for (const part of parts) {
    if (part === right && merged.at(-1) === left) merged[merged.length - 1] = left + right;
    else merged.push(part);
  }
  return merged;
}

function tokenizerJson(
  tokens: readonly string[],
  merges: readonly (readonly [string, string])[],
): object {
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: specialTokens.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex: splitPattern }, behavior: "Isolated", invert: false },
        { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    post_processor: null,
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges,
    },
  };
}
