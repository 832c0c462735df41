import { assert, assertEquals, assertRejects } from "@std/assert";
import { liveBody } from "../../src/api/compat/live_body.ts";
import { ToldText } from "../../src/api/compat/told_text.ts";
import type { Hearing, Written } from "../../src/api/compat/writer.ts";
import { VivariumError } from "../../src/core/errors.ts";

const form = {
  piece: (index: number, text: string): string => `${index}:${text};`,
  end: (texts: readonly Written[]): string[] => texts.map(({ finish }) => finish),
  fail: (error: unknown): string => `failed: ${error instanceof Error ? error.message : ""}`,
};
const written: Written = {
  prompt: 0,
  text: "ab",
  finish: "stop",
  tokens: { prompt: 1, completion: 2 },
  version: 0,
};

/** A body whose writing the test does itself. */
async function open(request = new AbortController().signal): Promise<{
  readonly hearing: Hearing;
  readonly end: PromiseWithResolvers<readonly Written[]>;
  readonly reader: ReadableStreamDefaultReader<string>;
}> {
  const end = Promise.withResolvers<readonly Written[]>();
  const given = Promise.withResolvers<Hearing>();
  const body = liveBody(request, (hearing) => {
    given.resolve(hearing);
    return end.promise;
  }, form);
  const hearing = await given.promise;
  hearing.onPiece?.(0, "a");
  const reader = (await body).pipeThrough(new TextDecoderStream()).getReader();
  return { hearing, end, reader };
}

Deno.test("liveBody() gives each piece to the reader before the text has an end", async () => {
  const { hearing, end, reader } = await open();
  assertEquals((await reader.read()).value, "0:a;");
  hearing.onPiece?.(0, "b");
  assertEquals((await reader.read()).value, "0:b;");
  end.resolve([written]);
  assertEquals([await reader.read(), await reader.read()], [
    { value: "stop", done: false },
    { value: undefined, done: true },
  ]);
  assert(!hearing.signal.aborted);
});

Deno.test("liveBody() rejects where there is no first piece, and tells of what fails later", async () => {
  const none = new VivariumError("not-found", "there is no such model");
  const never = new AbortController().signal;
  await assertRejects(() => liveBody(never, () => Promise.reject(none), form), VivariumError);
  const { end, reader } = await open();
  end.reject(new Error("it broke"));
  assertEquals((await reader.read()).value, "0:a;");
  assertEquals((await reader.read()).value, "failed: it broke");
  assert((await reader.read()).done);
});

Deno.test("liveBody() tells the writer when the reader has gone, by the request or the body", async () => {
  const request = new AbortController();
  const first = await open(request.signal);
  request.abort();
  assert(first.hearing.signal.aborted);
  first.end.reject(new Error("nobody waits"));
  await first.reader.cancel();

  const second = await open();
  await second.reader.cancel();
  const { promise: aborted, resolve } = Promise.withResolvers<void>();
  if (second.hearing.signal.aborted) resolve();
  second.hearing.signal.addEventListener("abort", () => resolve());
  await aborted;
  second.end.reject(new Error("nobody waits"));
});

Deno.test("ToldText holds back what may be the beginning of a stop, and nothing else", () => {
  const told: string[] = [];
  const text = new ToldText(["END", "\n\n"], (piece) => void told.push(piece));
  const { hear } = text.again();
  for (const piece of ["a", "E", "N", "x", "\n", "b", "EN", "D", "never"]) hear(piece);
  assertEquals(told, ["a", "ENx", "\nb"]);
  text.end("aENx\nb");
  assertEquals(told.join(""), "aENx\nb");
});

Deno.test("ToldText tells nothing twice when a text begins anew, and refuses another text", () => {
  const told: string[] = [];
  const text = new ToldText([], (piece) => void told.push(piece));
  text.again().hear("one ");
  const again = text.again();
  again.hear("on");
  again.hear("e two");
  assertEquals(told, ["one ", "two"]);
  const error = assertThrowsVivarium(() => text.end("three"));
  assertEquals(error.code, "provider");
});

function assertThrowsVivarium(act: () => void): VivariumError {
  try {
    act();
  } catch (error) {
    if (error instanceof VivariumError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
