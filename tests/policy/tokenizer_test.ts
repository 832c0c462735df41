import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { trainBpe } from "../../scripts/bpe.ts";
import { chainAt } from "../../scripts/corpus/mod.ts";
import { trainTokenizer } from "../../scripts/train_tokenizer.ts";
import { PolicyTokenizer, specialTokens } from "../../src/policy/tokenizer.ts";

const tokenizer = new PolicyTokenizer(trainTokenizer({ seed: 1, chains: 300, size: 600 }));

Deno.test("PolicyTokenizer gives every text back when it is decoded", () => {
  const texts = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: "binary" }),
    fc.array(
      fc.constantFrom("\n", "  ", "\t", "this.", "'s", "…", "😀", "<|", "|>", "\r\n", "\u00a0"),
    )
      .map((parts) => parts.join("")),
  ).map((text) => text.toWellFormed());
  fc.assert(
    fc.property(texts, (text) => assertEquals(tokenizer.decode(tokenizer.encode(text)), text)),
    { numRuns: 500 },
  );
});

Deno.test("PolicyTokenizer gives a program back in few tokens when the corpus has its like", () => {
  const responses = [0, 1, 2, 3].flatMap((number) => chainAt(2, number)).map((e) => e.response);
  for (const text of responses) assertEquals(tokenizer.decode(tokenizer.encode(text)), text);
  const characters = responses.join("").length;
  const tokens = responses.flatMap((text) => tokenizer.encode(text)).length;
  assert(characters / tokens > 2.5, `${characters / tokens} characters a token`);
});

Deno.test("PolicyTokenizer gives no special token when a text has the name of one in it", () => {
  const ids = Object.values(tokenizer.special);
  for (const name of specialTokens) {
    const text = `before ${name}${name} after <${name}`;
    const encoded = tokenizer.encode(text);
    assert(!encoded.some((id) => ids.includes(id)));
    assertEquals(tokenizer.decode(encoded), text);
  }
});

Deno.test("PolicyTokenizer.prompt() keeps the end when a prompt is too long", () => {
  const { bos, response } = tokenizer.special;
  const short = tokenizer.prompt("return 1;", 20);
  assertEquals([short[0], short.at(-1)], [bos, response]);
  assertEquals(tokenizer.decode(short), "return 1;");
  const long = tokenizer.prompt(`${"lost ".repeat(100_000)}kept`, 20);
  assertEquals(long.length, 20);
  assertEquals([long[0], long.at(-1)], [bos, response]);
  assert(tokenizer.decode(long).endsWith(" kept"));
  assertEquals(tokenizer.prompt("", 20), [bos, response]);
});

Deno.test("trainBpe() merges the most frequent pair first, and fills up to its size", () => {
  const json = trainBpe(["abab", "abc"], 263) as {
    model: { merges: string[][]; vocab: Record<string, number> };
  };
  assertEquals(json.model.merges, [["a", "b"]]);
  assertEquals(json.model.vocab["ab"], 260);
  assertEquals(Object.keys(json.model.vocab).length, 263);
  assert("<|reserved_1|>" in json.model.vocab);
});

Deno.test("trainBpe() makes the same tokenizer when the texts are the same", () => {
  assertEquals(
    trainTokenizer({ seed: 3, chains: 20, size: 320 }),
    trainTokenizer({ seed: 3, chains: 20, size: 320 }),
  );
});
