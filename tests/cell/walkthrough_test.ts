import { assert, assertEquals, assertMatch } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import { classify } from "../../src/death/mod.ts";
import { birthOf, live, realCell, scripted, shortLimits, step, turnOf } from "./support.ts";

Deno.test("the seed's walk-through: define, call, define another and an attribute, call a method", async () => {
  await using cell = await realCell();
  await cell.birth(birthOf());
  const defined = await step(
    cell,
    "Here:\n```js\nfunction greet(name) { return 'hi ' + name; }\n```",
  );
  assert(defined.lived);
  assertEquals(defined.edited, ["greet"]);
  const called = await step(cell, "console.log(greet('ada')); return greet('bob');", 1);
  assert(called.lived);
  assertEquals([called.prints, called.returned, called.edited], [["hi ada"], "hi bob", []]);
  const more = await step(
    cell,
    `const mood: string = "curious";
     function describe(loud: boolean) { return greet(mood) + (loud ? "!" : ""); }`,
    2,
  );
  assert(more.lived);
  assertEquals(more.edited, ["describe", "mood"]);
  assertEquals(Object.keys(more.genome.methods).sort(), [
    "describe",
    "execute",
    "greet",
    "handle",
    "step",
  ]);
  assertEquals(more.genome.attributes, { mood: "curious" });
  const last = await step(cell, "console.log(this.describe(true)); this.state.seen = [1];", 3);
  assert(last.lived);
  assertEquals(last.prints, ["hi curious!"]);
  assertEquals(last.genome.state, { seen: [1] });
  assertMatch(last.query, /this\.describe/);
});

Deno.test("an execute that catches errors survives responses that throw", async () => {
  await using cell = await realCell();
  await cell.birth(birthOf());
  const last = await live(
    cell,
    `async function execute(response) {
       this.query = response;
       try { return await evaluate(response); } catch (error) { return String(error); }
     }`,
    "throw new Error('one');",
    "null.x",
    "function ( {",
  );
  assertMatch(String(last.returned), /SyntaxError: Unexpected token.* at line 1/);
});

Deno.test("executed code calls the model, and runs what came back", async () => {
  await using cell = await realCell();
  await cell.birth(birthOf());
  const powers = scripted("return await this.execute(await this.llm('more'));", "return 6 * 7;");
  const outcome = await cell.turn(turnOf(), powers);
  assert(outcome.lived);
  assertEquals(outcome.returned, 42);
  assertEquals(powers.prompts, ["begin", "more"]);
  assertEquals(outcome.usage.modelCalls, 2);
});

Deno.test("an agent sends and asks, and answers tells and asks", async () => {
  await using cell = await realCell();
  await cell.birth(birthOf());
  const sent: unknown[] = [];
  const powers = {
    ...scripted("await this.send('bob', { n: [1] }); return await this.ask('eve', 'why');"),
    send: (to: string, body: unknown) => Promise.resolve(void sent.push([to, { ...Object(body) }])),
    ask: (to: string, body: unknown) => Promise.resolve([to, String(body)]),
  };
  const outcome = await cell.turn(turnOf(), powers);
  assert(outcome.lived);
  assertEquals(sent, [["bob", { n: [1] }]]);
  assertEquals(outcome.returned, ["eve", "why"]);
  assertEquals(outcome.usage.messages, 2);

  const told = await cell.turn(
    turnOf(1, { kind: "tell", from: "bob", body: { a: 1 } }),
    scripted(),
  );
  assert(told.lived);
  assertEquals(told.query, 'bob says {"a":1}');
  const asking = scripted("because");
  const asked = await cell.turn(turnOf(2, { kind: "ask", from: "bob", body: "why?" }), asking);
  assert(asked.lived);
  assertEquals([asked.returned, asking.prompts], ["because", ['bob says "why?"']]);
});

Deno.test("a refusal of the house reaches the agent as an error, and it may live on", async () => {
  await using cell = await realCell();
  await cell.birth(birthOf());
  const powers = {
    ...scripted("try { await this.ask('gone', 1); } catch (error) { return error.message; }"),
    ask: () => Promise.reject(new Error("no agent 'gone'")),
  };
  const outcome = await cell.turn(turnOf(), powers);
  assert(outcome.lived);
  assertEquals(outcome.returned, "no agent 'gone'");
});

Deno.test("a model that fails ends the life as 'llm', though the agent catches", async () => {
  await using cell = await realCell();
  await cell.birth(birthOf());
  let calls = 0;
  const powers = {
    ...scripted(),
    llm: () =>
      calls++ === 0
        ? Promise.resolve("try { await this.llm('x'); } catch { return 'caught'; }")
        : Promise.reject(new VivariumError("provider", "the model is down")),
  };
  const outcome = await cell.turn(turnOf(), powers);
  assert(!outcome.lived);
  assertEquals(classify(outcome.facts).cause, "llm");
  assertMatch(classify(outcome.facts).message, /the model is down/);
  assert(cell.usable, "the turn came to its own end: the cell serves again");
});

Deno.test("the wait for the model does not count against the deadline", async () => {
  await using cell = await realCell();
  await cell.birth(birthOf(undefined, shortLimits));
  const answer = Promise.withResolvers<string>();
  const timer = setTimeout(() => answer.resolve("return 'late'"), 400);
  const outcome = await cell.turn(turnOf(), { ...scripted(), llm: () => answer.promise });
  clearTimeout(timer);
  assert(outcome.lived);
  assertEquals(outcome.returned, "late");
  assert(outcome.usage.elapsedMs > outcome.usage.busyMs);
});

Deno.test("work that is done while a call waits counts against the deadline", {
  ignore: Deno.build.os !== "linux",
}, async () => {
  await using cell = await realCell();
  await cell.birth(birthOf(undefined, shortLimits));
  const powers = {
    ...scripted("this.ask('slow', 1); while (true) {}"),
    ask: () => new Promise<never>(() => {}),
  };
  const outcome = await cell.turn(turnOf(), powers);
  assert(!outcome.lived);
  assertEquals(classify(outcome.facts).cause, "hang");
});

Deno.test("randomness and time are the turn's: the same turn lives the same way twice", async () => {
  const code = `const t = new Date();
    return [Math.random(), Math.random(), Date.now(), t.getTime(), t.toISOString(), new Date(0).getHours()];`;
  const results = [];
  for (let run = 0; run < 2; run++) {
    await using cell = await realCell();
    await cell.birth(birthOf());
    const outcome = await cell.turn(
      { ...turnOf(), seed: 7, nowMs: 1_000 },
      scripted(code),
    );
    assert(outcome.lived);
    results.push(outcome.returned);
  }
  assertEquals(results[0], results[1]);
  const [first, second, now, then, text, hours] = results[0] as readonly unknown[];
  assert(first !== second);
  assertEquals([now, then, text, hours], [1_000, 1_000, "1970-01-01T00:00:01.000Z", 0]);
});

Deno.test("age, energy and the powers are readings: not own, not writable", async () => {
  await using cell = await realCell();
  await cell.birth(birthOf());
  const outcome = await step(
    cell,
    `return ((failed) => {
       for (const name of ["age", "energy", "llm", "send", "ask"]) {
         try { this[name] = 1; } catch (error) { failed.push(name); }
       }
       return [this.age, this.energy, failed, Object.keys(this)];
     })([]);`,
    3,
  );
  assert(outcome.lived);
  assertEquals(outcome.returned, [
    3,
    100,
    ["age", "energy", "llm", "send", "ask"],
    ["state", "query", "handle", "step", "execute"],
  ]);
});
