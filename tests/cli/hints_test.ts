import { assertEquals } from "@std/assert";
import { asCommand } from "../../src/cli/words/hints.ts";

/** Every hint in the source that names a request, its variables filled in. */
function hintsWithRequests(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return hintsWithRequests(path);
    if (!name.endsWith(".ts")) return [];
    const hints = Deno.readTextFileSync(path).matchAll(/hint: ["`]([^"`]*\/v1\/[^"`]*)["`]/g);
    return [...hints].map(([, hint = ""]) => hint.replaceAll(/\$?\{[^}]*\}/g, "ada"));
  });
}

Deno.test("at the command line no hint names a request: each has a command", () => {
  const hints = hintsWithRequests("src");
  assertEquals(hints.length > 5, true);
  assertEquals(hints.map(asCommand).filter((hint) => /\/v1\/|\b(GET|POST) /.test(hint)), []);
  assertEquals(
    asCommand("GET /v1/agents/ada/lineage lists what it has been"),
    "'vivarium lineage ada' lists what it has been",
  );
});
