import { assertEquals, assertMatch } from "@std/assert";
import { hasChromium, visit } from "./support.ts";

const ignore = !hasChromium;

/** Steps that take their time, so that there is somebody to be killed. */
const slow = Array.from({ length: 200 }, (_, n) => ({
  agent: "bob",
  response: `await new Promise((done) => setTimeout(done, 150));\nthis.state.n = ${n};`,
}));

/** Ada learns to greet, and then hangs. */
const ada = [
  { agent: "ada", response: "this.state.n = 1;" },
  { agent: "ada", response: "function greet(name) {\n  return `hello ${name}`;\n}" },
  { agent: "ada", response: "while (true) {}" },
  {
    agent: "ada",
    response: "this.state.\u202en = 2;\nconsole.log('<img src=x onerror=alert(1)>');",
  },
];

Deno.test("the page shows a death without being loaded again", { ignore }, async () => {
  await visit({ script: ada, limits: { stepMs: 500 } }, async ({ house, page, go, accessible }) => {
    await go("#/");
    await page.getByRole("heading", { name: "Nobody lives here yet" }).waitFor();
    await accessible();
    house.begin();
    const death = page.getByRole("log").getByRole("article").filter({ hasText: "life 1," });
    await death.waitFor();
    assertMatch(
      (await death.innerText()).replaceAll(/\s+/g, " "),
      /^ada, life 1, died at step 3 of a hang: while \(true\) \{\} in execute/,
    );
    await page.getByRole("link", { name: /ada/ }).first().waitFor();
    await accessible();
  });
});

Deno.test("an agent is paused, told something, and killed by its buttons", { ignore }, async () => {
  await visit({ script: slow }, async ({ house, page, go, accessible }) => {
    house.begin();
    await go("#/agents/bob");
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("button", { name: "Resume" }).waitFor();
    assertEquals(house.supervisor.look("bob").status, "paused");
    await accessible();

    await page.getByRole("button", { name: "Message…" }).click();
    await page.getByRole("textbox").fill(`{"hello": "bob"}`);
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByText("The message is in bob's mailbox.").waitFor();
    assertEquals(house.store.mailbox("bob").map(({ body }) => body), [{ hello: "bob" }]);

    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByRole("button", { name: "Pause" }).waitFor();
    await page.getByRole("button", { name: "Kill…" }).click();
    await accessible();
    await page.getByRole("dialog").getByRole("button", { name: "Kill" }).click();
    await page.getByText("bob's life was ended.").waitFor();
    await page.getByRole("link", { name: /^death 1$/ }).or(
      page.getByRole("option", { name: /life 1: died by a person's order/ }),
    ).first().waitFor();
    const [death] = house.store.deaths().items;
    assertEquals([death?.agent, death?.cause, death?.owner], ["bob", "operator", "operator"]);
  });
});

Deno.test(
  "the page says who is on probation, who is stuck, and brings back who has failed",
  { ignore },
  async () => {
    const wait = "await new Promise((done) => setTimeout(done, 300));";
    const responses = [
      "function greet() {}",
      ...Array.from({ length: 12 }, () => wait),
      "throw new Error('no good');",
      ...Array.from({ length: 100 }, () => wait),
    ];
    const script = responses.map((response) => ({ agent: "eve", response }));
    const giveUp = { deaths: 1, withinMs: 60_000 };
    const eve = { name: "eve", probation: 4, stuck: { steps: 6 }, giveUp };
    await visit({ script, names: [] }, async ({ house, page, go, accessible }) => {
      await go("#/");
      house.begin();
      house.spawn(eve);
      const card = page.getByRole("listitem").filter({ hasText: "eve" });
      await card.getByText(/^on probation, \d steps? left$/).waitFor();
      await card.getByText(/^stuck: \d+ steps with nothing new$/).waitFor();
      await accessible();
      await go("#/agents/eve");
      await page.getByText(/^since step 2: await new Promise/).waitFor();
      await page.getByText("failed for good").waitFor();
      await page.getByRole("button", { name: "Revive" }).click();
      await page.getByRole("button", { name: "Pause" }).waitFor();
      assertEquals(house.supervisor.look("eve").status, "running");
    });
  },
);

Deno.test(
  "what an agent wrote is shown as text, and what it hid is made visible",
  { ignore },
  async () => {
    await visit(
      { script: ada, limits: { stepMs: 500 } },
      async ({ house, page, go, accessible }) => {
        house.begin();
        await house.finished();
        await go("#/agents/ada?life=2");
        const step = page.locator("details.step").first();
        await step.waitFor();
        await step.locator("summary").click();
        await step.locator("mark.unseen", { hasText: "\\u202e" }).first().waitFor();
        assertEquals(await page.locator("img").count(), 0);
        await go("#/agents/ada?life=1");
        await page.getByText("died of a hang after 2 steps").first().waitFor();
        await accessible();
      },
    );
  },
);

Deno.test("agents stand under the supervisor that brings them back", { ignore }, async () => {
  await visit({ script: ada.slice(0, 2) }, async ({ house, page, go, accessible }) => {
    house.begin();
    await house.finished();
    house.supervisor.supervisors.add({ name: "pair", strategy: "one_for_all", intensity: 3 });
    await house.supervisor.spawn({ name: "eve", supervisor: "pair", firstQuery: "hello" });
    await go("#/");
    const pair = page.locator(".group", { has: page.getByRole("heading", { name: "pair" }) });
    await pair.getByText(/Brought back all together, at most 3 times in 10 s/).waitFor();
    await pair.getByRole("link", { name: /eve/ }).waitFor();
    assertEquals(await pair.getByRole("link", { name: /ada/ }).count(), 0);
    await accessible();
  });
});
