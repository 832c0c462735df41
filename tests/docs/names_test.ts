import { assertEquals, assertGreater } from "@std/assert";
import { root } from "../support/command.ts";

Deno.test("no two pages use the same database: whoever reads them one after the other meets no other page's agents", () => {
  const howTo = [...Deno.readDirSync(`${root}/docs/how-to`)].map(({ name }) =>
    `docs/how-to/${name}`
  );
  const uses = ["README.md", "docs/tutorial.md", ...howTo].flatMap((page) => {
    const text = Deno.readTextFileSync(`${root}/${page}`);
    const blocks = [...text.matchAll(/^```(?:sh|ts)\n([\s\S]*?)^```$/gm)].map(([, block]) => block);
    const names = [...blocks.join("").matchAll(/(?:--db |db: ")([\w-]+\.db)/g)].map(([, db]) => db);
    return [...new Set(names)].map((db) => ({ db, page }));
  });
  assertGreater(uses.length, 7);
  const shared = [...Map.groupBy(uses, ({ db }) => db).values()].filter((pages) =>
    pages.length > 1
  );
  assertEquals(shared, []);
});
