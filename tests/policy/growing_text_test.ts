import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { GrowingText } from "../../src/policy/server/growing_text.ts";

/** A token is a byte: every character of more than one is cut. */
const decode = (ids: readonly number[]): string =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(Uint8Array.from(ids));

Deno.test("GrowingText tells of whole characters only, and never takes one back", () => {
  fc.assert(fc.property(
    fc.string({ unit: "binary" }),
    fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1 }),
    (text, sizes) => {
      const bytes = [...new TextEncoder().encode(text)];
      const growing = new GrowingText(decode);
      let told = "";
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1;
        told += growing.add(bytes.slice(at, at + size));
        at += size;
        assert(text.startsWith(told), `${JSON.stringify(told)} of ${JSON.stringify(text)}`);
      }
      // What was held back at the end is whoever has all of it to tell.
      assertEquals(told, text.replace(/\uFFFD+$/, ""));
    },
  ));
});

Deno.test("GrowingText goes on after bytes that are no text", () => {
  const growing = new GrowingText(decode);
  assertEquals([[0x61], [0xf0, 0x9f], [0x62], [0xc3], [0xa9]].map((ids) => growing.add(ids)), [
    "a",
    "",
    "\uFFFDb",
    "",
    "é",
  ]);
});
