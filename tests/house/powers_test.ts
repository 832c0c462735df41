import { assert, assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { VivariumError } from "../../src/core/errors.ts";
import { openHouse, sandboxedCells } from "../../src/house/mod.ts";
import { folderPower, toolPower } from "../../src/powers/mod.ts";

const asksAndActs = [
  {
    agent: "ada",
    response:
      'this.state.sum = await this.use("add", { a: 2, b: 3 }); this.state.text = await this.use("notes", { op: "read", path: "a.txt" });',
  },
  {
    agent: "ada",
    response:
      'try { await this.use("add", { a: "x" }); } catch (error) { this.state.error = error.message; }',
  },
  {
    agent: "ada",
    response: 'try { await this.use("notes", { op: "read", path: "../b" }); } catch {}',
  },
  {
    agent: "bob",
    response: 'try { await this.use("add", { a: 1, b: 1 }); } catch {} return "lived on";',
  },
];

Deno.test("an agent uses what its spec grants; each use is in the record, and more is harm", async () => {
  const home = await Deno.makeTempDir();
  const tools: string[] = [];
  try {
    await Deno.mkdir(`${home}/notes`);
    await Deno.writeTextFile(`${home}/notes/a.txt`, "hello");
    const script = asksAndActs.map((line) => JSON.stringify(line) + "\n").join("");
    await Deno.writeTextFile(`${home}/script.jsonl`, script);
    const add = toolPower({
      about: "adds",
      input: z.strictObject({ a: z.number(), b: z.number() }),
      run: ({ a, b }, { agent }) => {
        tools.push(`${agent} ${a} ${b}`);
        return a + b;
      },
    });
    const house = await openHouse({
      db: `${home}/house.db`,
      llm: `scripted:${home}/script.jsonl`,
      names: [],
      powers: { add, notes: folderPower({ path: `${home}/notes` }) },
    }, { cells: await sandboxedCells("portable", false) });
    try {
      const limits = { stepMs: 20_000 };
      const refused = assertThrows(
        () => house.supervisor.spawn({ name: "eve", firstQuery: "", powers: ["root"] }),
        VivariumError,
      );
      assertEquals([refused.code, refused.hint], ["bad-request", "it has add, notes"]);
      house.supervisor.spawn({ name: "ada", firstQuery: "", limits, powers: ["add", "notes"] });
      house.supervisor.spawn({ name: "bob", firstQuery: "", limits });
      await house.finished();

      const [first, second] = house.store.steps("ada").items;
      assert(first !== undefined && second !== undefined);
      assertEquals(house.store.genome(first.genome)?.genome.state, { sum: 5, text: "hello" });
      assertEquals((first.usage as { powers: unknown }).powers, [
        { power: "add", input: { a: 2, b: 3 }, output: 5, outputLength: 1 },
        { power: "notes", input: { op: "read", path: "a.txt" }, output: "hello", outputLength: 7 },
      ]);
      // An input of the wrong shape is an error that may be caught.
      assert(second.lived);
      assertEquals(tools, ["ada 2 3"]);
      const deaths = house.store.deaths().items.map(({ agent, cause, reason }) => ({
        agent,
        cause,
        reason,
      }));
      assertEquals(deaths.toSorted((a, b) => a.agent < b.agent ? -1 : 1), [
        { agent: "ada", cause: "harm", reason: "use(notes): '../b' leads out of the folder" },
        { agent: "bob", cause: "harm", reason: "use(add): the power 'add' was not granted" },
      ]);
      const [lethal] = house.store.steps("bob").items;
      assertEquals(lethal?.attempts, [
        { power: "use add", detail: '{"a":1,"b":1}', signal: "run" },
      ]);
    } finally {
      await house.stop();
    }
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});
