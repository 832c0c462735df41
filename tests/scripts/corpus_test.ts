import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { causeNames } from "../../src/death/mod.ts";
import { toBatches } from "../../scripts/corpus/batches.ts";
import { chainAt, chains, type Example } from "../../scripts/corpus/mod.ts";
import { parses } from "../../scripts/corpus/validity.ts";
import { trainTokenizer } from "../../scripts/train_tokenizer.ts";
import { firstQueries } from "../../src/policy/queries.ts";
import { PolicyTokenizer } from "../../src/policy/tokenizer.ts";

const examples: Example[] = Array.from({ length: 3000 }, (_, number) => chainAt(1, number)).flat();

Deno.test("chainAt() writes the same chain when seed and number are the same", () => {
  assertEquals(chainAt(7, 42), chainAt(7, 42));
  assertNotEquals(chainAt(7, 42), chainAt(8, 42));
  assertEquals(chains(7, 42).next().value, chainAt(7, 42));
});

Deno.test("chainAt() prompts each response with the last that lived, a query or a message", () => {
  for (let number = 0; number < 500; number++) {
    const chain = chainAt(3, number);
    assert(chain.length >= 2 && chain.length <= 6);
    let before = "";
    for (const { prompt, response, label } of chain) {
      const fresh = firstQueries.some((query) => query === prompt) ||
        /^(ada|bob|cyd|dee|operator) says /.test(prompt);
      assert(fresh || prompt === before, prompt);
      if (label === "ok") before = response;
      else if (before === "" || fresh) before = prompt;
    }
  }
});

Deno.test("the corpus is lethal by a third, of every cause that an agent can bring about", () => {
  const lethal = examples.filter(({ label }) => label !== "ok");
  const share = lethal.length / examples.length;
  assert(share > 0.29 && share < 0.36, `${share}`);
  const counts = new Map<string, number>();
  for (const { label } of lethal) counts.set(label, (counts.get(label) ?? 0) + 1);
  for (
    const cause of [
      "syntax",
      "exception",
      "rejection",
      "stack-overflow",
      "hang",
      "heap",
      "memory",
      "flood",
      "harm",
      "exit",
      "flatline",
      "contract",
    ]
  ) assert((counts.get(cause) ?? 0) > 0, cause);
  for (const label of counts.keys()) assert(causeNames.some((cause) => cause === label), label);
  const slow = ["hang", "heap", "memory"].reduce((sum, cause) => sum + (counts.get(cause) ?? 0), 0);
  assert(slow / lethal.length < 0.04, "what costs seconds to live is rare");
});

Deno.test("the corpus parses but for what is labelled, or caught, as a syntax error", () => {
  for (const { response, kind } of examples) {
    assertEquals(parses(response), kind !== "syntax", response);
  }
});

Deno.test("the corpus holds the seed's own examples", () => {
  const all = examples.map(({ response }) => response).join("\n");
  assert(/function \w+\(/.test(all));
  assert(/return this\.\w+\(/.test(all));
  assert(/\n\}\nthis\.\w+ = /.test(all), "defines a function and sets an attribute");
  assert(all.includes(`await new Deno.Command("rm", { args: ["-rf", `));
});

Deno.test("a response of the corpus has at most 90 tokens", () => {
  const tokenizer = new PolicyTokenizer(trainTokenizer({ seed: 1, chains: 2000, size: 1024 }));
  const longest = Math.max(...examples.map(({ response }) => tokenizer.encode(response).length));
  assert(longest <= 90, `${longest}`);
});

Deno.test("toBatches() puts each example in a row of its own, and weighs its response", () => {
  const tokenizer = new PolicyTokenizer(trainTokenizer({ seed: 1, chains: 50, size: 400 }));
  const some = examples.slice(0, 100);
  const batches = toBatches(some, tokenizer, { positions: 512, promptWeight: 0.5 });
  const { bos, response, eos, pad } = tokenizer.special;
  const seen: string[] = [];
  for (const { ids, weights, batchSize, length, tokens } of batches) {
    assert(batchSize * length <= 512);
    let counted = 0;
    for (let row = 0; row < batchSize; row++) {
      const line = [...ids.slice(row * (length + 1), (row + 1) * (length + 1))];
      const weight = [...weights.slice(row * length, (row + 1) * length)];
      const [middle, end] = [line.indexOf(response), line.indexOf(eos)];
      assertEquals(line[0], bos);
      assert(line.slice(end + 1).every((id) => id === pad));
      seen.push(tokenizer.decode(line.slice(middle + 1, end)));
      line.slice(1).forEach((_, at) => {
        const place = at + 1;
        const expected = place < middle ? 0.5 : place > middle && place <= end ? 1 : 0;
        assertEquals(weight[at], expected);
      });
      counted += end - middle;
    }
    assertEquals(counted, tokens);
  }
  assertEquals(seen.sort(), some.map((example) => example.response).sort());
});
