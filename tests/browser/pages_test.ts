import { assert, assertEquals, assertMatch } from "@std/assert";
import { hasChromium, visit } from "./support.ts";

const ignore = !hasChromium;

/** Two agents, three deaths: enough for a tree and for curves. */
const script = [
  { agent: "ada", response: "this.state.n = 1;" },
  { agent: "ada", response: "function greet(name) {\n  return `hello ${name}`;\n}" },
  { agent: "ada", response: "null.x" },
  { agent: "ada", response: "function part(name) {\n  return `bye ${name}`;\n}" },
  { agent: "ada", response: "missing();" },
  { agent: "bob", response: "this.state.n = 2;" },
  { agent: "bob", response: "function ( { return" },
  { agent: "bob", response: "this.state.n = 3;" },
];

Deno.test(
  "every page can be used by keyboard, on a phone, in both themes",
  { ignore },
  async (t) => {
    await visit({ script }, async ({ house, page, go, accessible }) => {
      house.begin();
      await house.finished();
      const pages = {
        "#/": () => page.getByRole("heading", { name: "Deaths", exact: true }),
        "#/agents/ada": () => page.getByRole("heading", { name: "Genome" }),
        "#/lineage": () => page.getByRole("application"),
        "#/survival?by=agent": () => page.getByRole("heading", { name: "What ends them" }),
        "#/learning": () => page.getByRole("heading", { name: "without the embedded policy" }),
        "#/deaths/1": () => page.getByRole("heading", { name: "What was being executed" }),
        "#/nowhere": () => page.getByRole("heading", { name: "There is no such page" }),
      };
      for (const [colorScheme, width] of [["light", 1280], ["dark", 360]] as const) {
        for (const [route, shown] of Object.entries(pages)) {
          await t.step(`${route}, ${colorScheme}, ${width} wide`, async () => {
            await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
            await page.setViewportSize({ width, height: 800 });
            await go(route);
            await shown().waitFor();
            await accessible();
            const over = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
            assert(Number(over) <= 0, `${over} px too wide`);
          });
        }
      }
    });
  },
);

Deno.test(
  "a leaf of the tree leads to its autopsy, by the arrow keys too",
  { ignore },
  async () => {
    await visit({ script }, async ({ house, page, go, accessible }) => {
      house.begin();
      await house.finished();
      await go("#/lineage?agent=ada");
      const tree = page.getByRole("application", { name: /Tree of \d+ genomes of ada/ });
      await tree.waitFor();
      await tree.focus();
      const said = page.locator(".tree [role=status]");
      const heard: string[] = [];
      for (const key of ["ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowRight"]) {
        await page.keyboard.press(key);
        heard.push(await said.innerText());
      }
      assertMatch(heard.join("\n"), /genome of life 1, step 1/);
      for (let n = 0; n < 12 && !/death/.test(await said.innerText()); n++) {
        await page.keyboard.press(n % 3 === 2 ? "ArrowRight" : "ArrowDown");
      }
      assertMatch(
        await said.innerText(),
        /1 death of an exception, of the genome of life \d, step \d/,
      );
      await page.getByRole("heading", { name: /ada, life \d, died at step \d of an exception/ })
        .waitFor();
      await page.getByText("an error escaped its handler").waitFor();
      await accessible();
    });
  },
);

Deno.test("a genome is compared with an ancestor", { ignore }, async () => {
  const growing = script.slice(0, 2);
  await visit({ script: growing }, async ({ house, page, go }) => {
    house.begin();
    await house.finished();
    await go("#/agents/ada");
    await page.getByRole("button", { name: "Compare…" }).click();
    const compare = page.getByLabel("Compare with");
    await compare.waitFor();
    const names = await compare.locator("option").allInnerTexts();
    assertEquals(names.length, 3, names.join());
    await compare.selectOption({ index: names.length - 1 });
    await page.locator(".diff .plus", { hasText: "function greet(name)" }).waitFor();
  });
});

Deno.test("survival is read at an age, by pointing and by keys", { ignore }, async () => {
  await visit({ script }, async ({ house, page, go }) => {
    house.begin();
    await house.finished();
    await go("#/survival?by=agent");
    const chart = page.getByRole("group", { name: "Survival by age" });
    await chart.waitFor();
    await chart.focus();
    await page.keyboard.press("ArrowRight");
    const first = page.locator(".reading").first();
    await first.getByText("At 0 steps:").waitFor();
    await page.keyboard.press("ArrowRight");
    await first.getByText("At 1 step:").waitFor();
    // Ada's two lives that ended lasted longer than a step, and so did bob's cut one.
    assertMatch((await first.innerText()).replaceAll(/\s+/g, " "), /ada (0\.\d+|1) \(/);
  });
});

Deno.test("the page asks once for the token of a locked house", { ignore }, async () => {
  const token = "a-token-of-the-house";
  await visit({ script, token }, async ({ house, page, go, accessible }) => {
    house.begin();
    await house.finished();
    await go("#/");
    const dialog = page.getByRole("dialog", { name: "This house is locked" });
    await dialog.waitFor();
    await accessible();
    await page.getByLabel("Token").fill("not-the-token-of-it");
    await page.getByRole("button", { name: "Open" }).click();
    await dialog.waitFor();
    await page.getByLabel("Token").fill(token);
    await page.getByRole("button", { name: "Open" }).click();
    await page.getByRole("log").getByRole("article").first().waitFor();
    await page.reload();
    await page.getByRole("log").getByRole("article").first().waitFor();
    assertEquals(await dialog.count(), 0);
  });
});
