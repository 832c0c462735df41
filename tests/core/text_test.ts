import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { printable } from "../../src/core/text.ts";

Deno.test.each([
  ["plain", "plain"],
  ["a\nb", "a\\nb"],
  ["\u001b[31mred", "\\u001b[31mred"],
  ["\u202Egnp.exe", "\\u202egnp.exe"],
  ["\u0000\u0007", "\\u0000\\u0007"],
])("printable(%j) is %j", (text, expected) => {
  assertEquals(printable(text), expected);
});

Deno.test("printable() cuts a long text and names its length", () => {
  assertEquals(printable("x".repeat(200), 5), "xxxxx… (200)");
});

Deno.test("printable() leaves nothing that moves a cursor or turns a line, whatever the text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assert(
      // deno-lint-ignore no-control-regex
      !/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/.test(printable(text)),
    );
  }));
});
