import { assertEquals } from "@std/assert";
import { size } from "../../src/cli/words/forms.ts";

Deno.test.each<[number, string]>([
  [0, "0 bytes"],
  [1, "1 byte"],
  [9999, "9999 bytes"],
  [131_072, "131 kB"],
  [61_071_360, "61.1 MB"],
  [512_000_000, "512 MB"],
])("size(%i) is %s", (bytes, text) => assertEquals(size(bytes), text));
