import { assertEquals } from "@std/assert";
import { blocksOf, runPage } from "./pages.ts";

Deno.test("every command of the tutorial does what the tutorial shows", async () => {
  const ran = await runPage("docs/tutorial.md");
  const text = await Deno.readTextFile("docs/tutorial.md");
  assertEquals(ran, blocksOf(text).filter(({ language }) => language === "sh").length);
});
