import { assertEquals, assertThrows } from "@std/assert";
import { checkBody, maxBodyBytes } from "../../src/actor/mod.ts";
import { VivariumError } from "../../src/core/errors.ts";

Deno.test.each<[string, string]>([
  ["empty", ""],
  ["just small enough", "x".repeat(maxBodyBytes - 2)],
  ["of long characters, small enough", "€".repeat((maxBodyBytes - 2) / 3)],
])("checkBody() lets a body through when it is %s", (_name, body) => checkBody("ada", body));

Deno.test.each<[string, string]>([
  ["one byte over", "x".repeat(maxBodyBytes - 1)],
  ["short in characters and long in bytes", "€".repeat(maxBodyBytes / 2)],
])("checkBody() throws 'too-large' when a body is %s", (_name, body) => {
  const error = assertThrows(() => checkBody("ada", body), VivariumError, String(maxBodyBytes));
  assertEquals(error.code, "too-large");
});
