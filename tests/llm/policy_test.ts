import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import { createModel, type Sampler } from "../../src/llm/mod.ts";
import { ask } from "./support.ts";

const answer = {
  version: 3,
  promptIds: [1, 2, 3],
  ids: [4, 5],
  logps: [-0.5, -1],
  text: "return 1;",
  finish: "stop",
} as const;

Deno.test("the policy's answer comes with what the trainer needs", async () => {
  const asked: Parameters<Sampler["sample"]>[0][] = [];
  const sampler: Sampler = {
    sample(request) {
      asked.push(request);
      return Promise.resolve({ ...answer, promptIds: [1, 2, 3], ids: [4, 5], logps: [-0.5, -1] });
    },
  };
  const model = createModel("policy", { sampler });
  assertEquals(await model.complete(ask({ seed: 9 })), {
    text: "return 1;",
    model: "policy@3",
    tokens: { prompt: 3, completion: 2 },
    trace: { version: 3, promptIds: [1, 2, 3], ids: [4, 5], logps: [-0.5, -1] },
  });
  // The policy reads the end of a long prompt.
  await model.complete(ask({ prompt: `${"x".repeat(100_000)}end` }));
  assertEquals(asked[0], { prompt: "Define a method.", seed: 9 });
  assertEquals([asked[1]?.prompt.length, asked[1]?.prompt.endsWith("end")], [65_536, true]);
});

Deno.test.each([
  { name: "is not there", error: new VivariumError("unavailable", "the process died") },
  { name: "refuses", error: new VivariumError("bad-request", "too long") },
  { name: "breaks", error: new TypeError("x is not a function") },
])("a policy process that $name is a provider's failure", async ({ error }) => {
  const model = createModel("random", { sampler: { sample: () => Promise.reject(error) } });
  const thrown = await assertRejects(() => model.complete(ask()), VivariumError);
  assertEquals(thrown.code, "provider");
  assertMatch(thrown.message, new RegExp(error.message));
});

Deno.test("a call to the policy that is given up ends at once", async () => {
  const pending = Promise.withResolvers<never>();
  const model = createModel("policy", { sampler: { sample: () => pending.promise } });
  const abort = new AbortController();
  const call = assertRejects(() => model.complete(ask({ signal: abort.signal })), VivariumError);
  abort.abort();
  assertMatch((await call).message, /given up/);
  // What the policy says later disturbs nobody.
  pending.reject(new Error("late"));
});
