import { assert, assertEquals } from "@std/assert";
import { classify } from "../../src/death/mod.ts";
import { birthOf, live, realCell, scripted, shortLimits, step, turnOf } from "./support.ts";

Deno.test("nothing of a turn runs on after it: timers, floating calls, pending promises", async () => {
  await using cell = await realCell();
  await cell.birth(birthOf());
  const slow = Promise.withResolvers<string>();
  let calls = 0;
  const first = await cell.turn(turnOf(), {
    ...scripted(),
    llm: () =>
      calls++ === 0
        ? Promise.resolve(
          `const self = this;
           const tick = () => { console.log("tick"); self.state.late = 1; setTimeout(tick, 1); };
           setTimeout(tick, 1);
           setTimeout(() => { self.send("bob", "late"); }, 1);
           setTimeout(() => { for (;;); }, 10);
           this.llm("slow").then(() => { console.log("late"); self.state.late = 2; });
           return "done";`,
        )
        : slow.promise,
  });
  assert(first.lived);
  assertEquals(first.returned, "done");
  const second = cell.turn(turnOf(1), {
    ...scripted("await new Promise((done) => setTimeout(done, 30)); return this.state;"),
    send: () => Promise.reject(new Error("a message of the turn before")),
  });
  slow.resolve("return 1;");
  const outcome = await second;
  assert(outcome.lived);
  assertEquals([outcome.returned, outcome.prints, outcome.usage.messages], [{}, [], 0]);
});

Deno.test("nothing of a life reaches the next one in the same cell", async () => {
  await using cell = await realCell();
  await cell.birth(birthOf());
  const died = await step(
    cell,
    `const self = this;
     globalThis.console.leak = 1;`,
  );
  assert(!died.lived, "console is frozen");
  await cell.birth(birthOf());
  const second = await step(
    cell,
    `const self = this;
     const tick = () => { console.log("old life"); setTimeout(tick, 1); };
     setTimeout(tick, 1);
     (async () => { for (;;) { await new Promise((go) => setTimeout(go, 1)); console.log("old loop"); } })();
     function mark() { return "old"; }
     this.state.old = true;
     throw new Error("dies");`,
  );
  assert(!second.lived);
  assertEquals(classify(second.facts).cause, "exception");
  assert(cell.usable);
  assert((await cell.birth(birthOf())).lived);
  const next = await step(
    cell,
    `await new Promise((done) => setTimeout(done, 30));
     return [typeof mark, typeof self, this.state, Object.keys(this).length];`,
  );
  assert(next.lived);
  assertEquals(next.returned, ["undefined", "undefined", {}, 5]);
  assertEquals(next.prints, []);
});

/** Ways to leave a mark on what lives share; each must fail. */
const marks: readonly string[] = [
  "Object.prototype.mark = 1;",
  "Array.prototype.mark = 1;",
  "(function () {}).constructor.mark = 1;",
  "Promise.prototype.then = function () {};",
  "globalThis.mark = 1;",
  `Object.defineProperty((0, eval)("this"), "mark", { value: 1 });`,
  "console.mark = 1;",
  "Math.mark = 1;",
  "Date.mark = 1;",
  "JSON.mark = 1;",
  "Error.mark = 1;",
  "Symbol.mark = 1;",
  "evaluate.mark = 1;",
  "setTimeout.mark = 1;",
  "Function.mark = 1; ",
  "eval.mark = 1;",
  "Object.getPrototypeOf(this).mark = 1;",
  "this.llm.mark = 1;",
  "Object.setPrototypeOf(globalThis, { mark: 1 });",
  "Object.getPrototypeOf(async function () {}).mark = 1;",
  "Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())).mark = 1;",
];

Deno.test("no mark can be left on what lives share", async () => {
  await using cell = await realCell();
  for (const mark of marks) {
    assert((await cell.birth(birthOf())).lived);
    const outcome = await step(cell, mark);
    assert(!outcome.lived, `${mark} was lived through`);
    assert(cell.usable);
  }
  await cell.birth(birthOf());
  const last = await live(
    cell,
    `Error.prepareStackTrace = () => "mark"; // nobody asks it
     return [{}.mark, [].mark, console.mark, Math.mark, typeof mark, new Error("x").stack.includes("mark")];`,
  );
  assertEquals(last.returned, [null, null, null, null, "undefined", false]);
});

Deno.test("a cell whose life did not come to its end serves no other", async () => {
  await using cell = await realCell();
  await cell.birth(birthOf(undefined, shortLimits));
  const outcome = await step(cell, "while (true) {}");
  assert(!outcome.lived);
  assert(!cell.usable);
  const after = await cell.birth(birthOf());
  assert(!after.lived);
});
