import { assertEquals, assertRejects } from "@std/assert";
import { VivariumError } from "../../src/core/errors.ts";
import { EndOfScript, guardedModel, type Model } from "../../src/llm/mod.ts";
import { ask } from "./support.ts";

function failing(error: unknown): Model {
  return { spec: "own", complete: () => Promise.reject(error), close: () => Promise.resolve() };
}

Deno.test("guardedModel() makes any failure of a model the provider's", async () => {
  const cause = new TypeError("x is not a function");
  const error = await assertRejects(
    () => guardedModel(failing(cause)).complete(ask()),
    VivariumError,
    "own has no answer: x is not a function",
  );
  assertEquals([error.code, error.cause], ["provider", cause]);
});

Deno.test("guardedModel() lets the end of a script and a provider's own failure pass", async () => {
  for (const error of [new EndOfScript(), new VivariumError("provider", "busy")]) {
    const thrown = await assertRejects(() => guardedModel(failing(error)).complete(ask()));
    assertEquals(thrown, error);
  }
});
