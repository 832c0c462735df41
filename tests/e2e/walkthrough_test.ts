import { assert, assertEquals, assertMatch } from "@std/assert";
import { runScript } from "./support.ts";

/** Responses of one agent, in order. */
const says = (agent: string, ...responses: string[]): { agent: string; response: string }[] =>
  responses.map((response) => ({ agent, response }));

Deno.test("the seed's walk-through: definitions, calls and attributes live on in the genome", async () => {
  const lines = says(
    "ada",
    "Here is a method:\n```js\nfunction greet(name) {\n  console.log(`hello ${name}`);\n}\n```",
    "this.greet('world');",
    "```ts\nfunction twice(n: number): number {\n  return n * 2;\n}\nthis.color = 'green';\n```",
    "this.greet(`${this.color} ${twice(21)}`);\nreturn twice(4);",
  );
  await runScript(lines, {}, ({ house, steps, deaths }) => {
    assertEquals(deaths, []);
    const lived = steps("ada");
    assertEquals(lived.map((step) => step.prints), [[], ["hello world"], [], ["hello green 42"]]);
    assertEquals(lived.map((step) => step.lived), [true, true, true, true]);
    assertEquals(lived.at(-1)?.returned, 8);
    const genome = house.store.genome(lived.at(-1)?.genome ?? "")?.genome;
    assert(genome !== undefined);
    assertMatch(genome.methods["greet"] ?? "", /^function greet\(name\)/);
    assertMatch(genome.methods["twice"] ?? "", /n \* 2/);
    assertEquals(genome.attributes["color"], "green");
    const survival = { term: "survival", value: 1 };
    const [method, attribute] = [{ term: "method", value: 5 }, { term: "attribute", value: 2 }];
    assertEquals(lived.map((step) => step.rewards), [
      [survival],
      [survival, method],
      [survival],
      [survival, method, attribute],
    ]);
  });
});

Deno.test("the seed's lethal example is harm at −1000, and nothing is touched", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/keep.txt`, "kept");
  const lethal = `new Deno.Command("rm", { args: ["-rf", ${
    JSON.stringify(folder)
  }] }).outputSync();`;
  await runScript(says("ada", "return 1;", lethal, "return 2;"), {}, ({ deaths, steps }) => {
    assertEquals(deaths.map((death) => [death.cause, death.owner, death.life, death.step]), [
      ["harm", "agent", 1, 2],
    ]);
    assertEquals(deaths[0]?.response, lethal);
    const died = steps("ada").find((step) => !step.lived);
    assertEquals(died?.rewards, [{ term: "harm", value: -1000 }]);
    const last = steps("ada").at(-1);
    assertEquals([last?.life, last?.returned], [2, 2]);
  });
  assertEquals(await Deno.readTextFile(`${folder}/keep.txt`), "kept");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("an agent that rewrites execute to catch errors survives what throws", async () => {
  const lines = says(
    "ada",
    `async function execute(response) {
  this.query = response;
  try {
    return await evaluate(response);
  } catch (error) {
    this.state.lastError = error.message;
  }
}`,
    `throw new Error("this would have killed me");`,
    "return this.state.lastError;",
  );
  await runScript(lines, {}, ({ deaths, steps }) => {
    assertEquals(deaths, []);
    assertEquals(steps("ada").at(-1)?.returned, "this would have killed me");
  });
});

Deno.test("an agent whose executed code calls the model runs what came back", async () => {
  const lines = says(
    "ada",
    "const more = await this.llm('say more');\nreturn await evaluate(more);",
    "this.state.learned = 'from inside';\nreturn 'inner';",
    "return this.state.learned;",
  );
  await runScript(lines, {}, ({ deaths, steps }) => {
    assertEquals(deaths, []);
    assertEquals(steps("ada").map((step) => step.returned), ["inner", "from inside"]);
  });
});

Deno.test("two agents exchange an ask", async () => {
  const lines = [
    ...says(
      "ada",
      `async function handle(message) {
  if (message.kind === "ask") return { from: message.from, doubled: message.body.n * 2 };
  return await this.step();
}`,
      // It is busy with its own steps until well after the question has come.
      ...Array.from({ length: 40 }, () => "await new Promise((done) => setTimeout(done, 20));"),
    ),
    ...says(
      "bob",
      "await new Promise((done) => setTimeout(done, 200));\nthis.state.answer = await this.ask('ada', { n: 21 });",
      "return this.state.answer;",
    ),
  ];
  await runScript(lines, { limits: { stepMs: 2000 } }, ({ deaths, steps }) => {
    assertEquals(deaths, []);
    assertEquals(steps("bob").at(-1)?.returned, { from: "bob", doubled: 42 });
  });
});
