import { assertEquals } from "@std/assert";
import { hasChromium, visit } from "./support.ts";

const ignore = !hasChromium;

Deno.test(
  "the policy is rolled back by its button, and the page shows it learn",
  { ignore },
  async () => {
    await visit(
      { llm: "policy", agents: 2, horizon: 4, names: ["ada", "bob"] },
      async ({ house, page, go, accessible }) => {
        house.begin();
        await go("#/learning");
        await page.getByRole("button", { name: "Roll back to version 0" }).waitFor();
        await accessible();
        await page.getByRole("button", { name: "Pause training" }).click();
        await page.getByRole("button", { name: "Resume training" }).waitFor();
        await page.getByRole("button", { name: "Roll back to version 0" }).click();
        await page.getByRole("dialog").getByRole("button", { name: "Roll back" }).click();
        await page.getByText("Version 0 is the current one again.").waitFor();
        await page.getByRole("heading", { name: "The policy is at version 0" }).waitFor();
        const status = await house.policy?.call((client) => client.status());
        assertEquals([status?.version, status?.training], [0, "paused"]);
      },
    );
  },
);
