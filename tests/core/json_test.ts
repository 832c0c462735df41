import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { canonicalJson, type Json } from "../../src/core/json.ts";

Deno.test("canonicalJson() is the same when only the order of keys differs", () => {
  assertEquals(
    canonicalJson({ b: [1, { d: 1, c: 2 }], a: "x" }),
    canonicalJson({
      a: "x",
      b: [1, { c: 2, d: 1 }],
    }),
  );
});

Deno.test("canonicalJson() reads back as the same value, whatever the value", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => {
    const plain = JSON.parse(JSON.stringify(value)) as Json;
    assertEquals(JSON.parse(canonicalJson(plain)), plain);
  }));
});
