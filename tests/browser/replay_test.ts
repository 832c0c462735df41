import { assertEquals, assertMatch } from "@std/assert";
import { hasChromium, visit } from "./support.ts";

const ignore = !hasChromium;

Deno.test("a death is died again by its button", { ignore }, async () => {
  const script = [
    { agent: "ada", response: "this.state.n = 1;" },
    { agent: "ada", response: "null.x" },
  ];
  await visit({ script }, async ({ house, page, go, accessible }) => {
    house.begin();
    await house.finished();
    await go("#/deaths/1");
    await page.getByRole("button", { name: "Replay this death" }).click();
    const told = page.locator(".replayed");
    await told.waitFor();
    assertMatch(
      await told.innerText(),
      /It died the same death again\.\s*Recorded: exception at step 2/,
    );
    await accessible();
    // A replay is a look back: nobody has died of it.
    assertEquals(house.store.deaths().items.length, 1);
  });
});

Deno.test("an agent is forked from the genome before a death", { ignore }, async () => {
  const script = [
    { agent: "ada", response: "function greet(name) {\n  return `hello ${name}`;\n}" },
    { agent: "ada", response: "null.x" },
  ];
  await visit({ script }, async ({ house, page, go, accessible }) => {
    house.begin();
    await house.finished();
    await go("#/deaths/1");
    await page.getByRole("button", { name: "Fork from before it…" }).click();
    await accessible();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name of the new agent").fill("eve");
    await dialog.getByRole("button", { name: "Fork" }).click();
    await page.getByRole("heading", { name: "eve" }).waitFor();
    await page.getByRole("region", { name: "method greet" }).waitFor();
    const before = house.store.death(1)?.genomeBefore;
    assertEquals(house.store.lives("eve").items[0]?.bornFrom, before);
  });
});
