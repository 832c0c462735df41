import { assert, assertGreater } from "@std/assert";
import { root } from "../support/command.ts";

/** Every page of the repository. */
function pages(folder = ""): string[] {
  return [...Deno.readDirSync(`${root}/${folder}`)].flatMap(({ name, isDirectory }) => {
    const path = folder === "" ? name : `${folder}/${name}`;
    if (name.startsWith(".") || ["node_modules", "coverage"].includes(name)) return [];
    return isDirectory ? pages(path) : name.endsWith(".md") ? [path] : [];
  });
}

Deno.test("every link of a page leads to a file that is there", async () => {
  let links = 0;
  for (const page of pages()) {
    const text = (await Deno.readTextFile(`${root}/${page}`)).replaceAll(/^```[\s\S]*?^```$/gm, "");
    for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^(https?:|#)/.test(target)) continue;
      links++;
      const path = new URL(target.split("#")[0] ?? "", `file://${root}/${page}`);
      const found = await Deno.stat(path).then(() => true, () => false);
      assert(found, `${page}: there is nothing at ${target}`);
    }
  }
  assertGreater(links, 10);
});
