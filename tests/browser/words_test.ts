import { assert, assertEquals } from "@std/assert";
import { causeNames as known, meaningOf, ofCause } from "../../src/api/dashboard/page/causes.js";
import { along, commonAges } from "../../src/api/dashboard/page/chart/steps.js";
import { lineOf } from "../../src/api/dashboard/page/parts/ancestors.js";
import { oneLine, pieces, visible } from "../../src/api/dashboard/page/visible.js";
import { ago, bytes, codeOf, deathSentence, figure } from "../../src/api/dashboard/page/words.js";
import { causeNames, causes } from "../../src/death/causes.ts";

const death = {
  agent: "ada",
  life: 7,
  step: 31,
  cause: "hang",
  response: "while (true) {}",
  reason: "a step ran past its deadline",
  evidence: {},
};

Deno.test("a death is told in a sentence", () => {
  assertEquals(
    deathSentence(death),
    "ada, life 7, died at step 31 of a hang: while (true) {} in execute",
  );
  assertEquals(
    deathSentence({ ...death, step: 0, response: null, cause: "operator" }),
    "ada, life 7, died between two steps by a person's order",
  );
  const stack = "Error: x\n    at helper (vivarium:ada:1:2)\n    at execute (vivarium:ada:1:2)";
  assertEquals(
    deathSentence({ ...death, cause: "exception", evidence: { stack } }),
    "ada, life 7, died at step 31 of an exception: while (true) {} in helper",
  );
});

Deno.test("the page has words of its own for every cause that there is", () => {
  assertEquals(known, causeNames);
  for (const cause of causeNames) {
    assertEquals(meaningOf(cause), causes[cause].text);
    assert(ofCause(cause).length > 4);
  }
  assertEquals(ofCause("a-cause-of-tomorrow"), "of a-cause-of-tomorrow");
});

Deno.test.each([
  ["a\u0000b", "a\\u0000b"],
  ["a\u001b[2Jb", "a\\u001b[2Jb"],
  ["if (admin\u202e) {", "if (admin\\u202e) {"],
  ["\u2066a\u2069", "\\u2066a\\u2069"],
  ["zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff"],
  ["soft\u00adhyphen", "soft\\u00adhyphen"],
  ["tag\u{e0041}", "tag\\u{e0041}"],
  ["a\r\nb", "a\\u000d\nb"],
  ["line\nand\ttab, é, 日本語, 🙂", "line\nand\ttab, é, 日本語, 🙂"],
])("visible() hides nothing of %o", (text, expected) => {
  assertEquals(visible(text), expected);
  assertEquals(pieces(text).map((piece) => piece.text).join(""), expected);
});

Deno.test("oneLine() cuts by letters, not through the middle of one", () => {
  assertEquals(oneLine("🙂🙂🙂🙂", 3), "🙂🙂…");
  assertEquals(oneLine("a\n  b", 10), "a ⏎ b");
});

Deno.test("codeOf() takes what is fenced", () => {
  assertEquals(codeOf("Sure:\n```ts\nlet a = 1;\n```\nThere."), "let a = 1;");
  assertEquals(codeOf("```js\nnever closed"), "never closed");
  assertEquals(codeOf("plain"), "plain");
});

Deno.test("figures are short, and what is missing is a dash", () => {
  assertEquals([0.12345, 1234567, -7, 12, null].map(figure), [
    "0.123",
    "1,234,567",
    "−7",
    "12",
    "–",
  ]);
  assertEquals([bytes(10), bytes(2048)], ["10 B", "2 KB"]);
  assertEquals(ago(1000, 2000), "just now");
  assertEquals(ago(0, 7_200_000), "2 hr. ago");
});

Deno.test("along() keeps a step curve's value until its next age, and ends where it ends", () => {
  const curve = [{ age: 2, survival: 0.5 }, { age: 5, survival: 0 }];
  const ages = commonAges([{ curve }, { curve: [{ age: 9 }] }]);
  assertEquals(ages, [0, 2, 5, 9]);
  const values = along(curve, ages, { survival: 1 }).map((point) => point?.survival ?? null);
  assertEquals(values, [1, 0.5, 0, null]);
});

Deno.test("lineOf() goes from parent to parent, and not in a circle", () => {
  const items = [{ hash: "a", parent: "c" }, { hash: "b", parent: "a" }, {
    hash: "c",
    parent: "b",
  }];
  assertEquals(lineOf(items, "c").map(({ hash }) => hash), ["b", "a", "c"]);
  assertEquals(lineOf([{ hash: "a", parent: null }], "a"), []);
});
