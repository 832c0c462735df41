import { assert, assertEquals } from "@std/assert";
import {
  cellFiles,
  type CellLimits,
  launchCell,
  profiles,
  sandboxedSpawner,
} from "../../src/cell/mod.ts";
import { prepareResponse } from "../../src/genome/mod.ts";
import { honestHandlers } from "./honest_handlers.ts";
import { layers } from "./sandbox/support.ts";
import { birthOf, launchOptions, step, testLimits } from "./support.ts";

const { dist } = launchOptions;
const files = cellFiles.map((name) => `${dist}/${name}`);
const handlers = Object.entries(honestHandlers);

/** A response that declares the handler and calls it, as an agent would have it. */
function asHandler(body: string): string {
  return `async function handler() {\n${body}\n}\nreturn await handler.call(this);`;
}

/** What a handler comes to in plain Deno, types stripped, as JSON carries it. */
async function plainly(code: string): Promise<unknown> {
  const { expression } = prepareResponse(asHandler(code));
  const make = new Function(`"use strict"; return ${expression}`)();
  const run = make(() => {}, (_name: string, value: unknown) => value);
  const text = JSON.stringify(await run.call({}));
  return text === undefined ? null : JSON.parse(text);
}

Deno.test("there are at least a hundred honest handlers", () => {
  assert(handlers.length >= 100, `${handlers.length}`);
});

// In one process, one after another: what each comes to here is what it must come to in a cell.
const expected = new Map<string, unknown>();
for (const [name, code] of handlers) expected.set(name, await plainly(code));

for (const profile of profiles) {
  Deno.test(`a hundred honest handlers come to the same in a cell and in plain Deno: ${profile}`, async () => {
    const limits: CellLimits = testLimits;
    const spawn = sandboxedSpawner(launchOptions.spawn, { layers, profile, files, limits });
    const cell = await launchCell({ ...launchOptions, spawn }, limits);
    const wrong: string[] = [];
    try {
      for (const [name, code] of handlers) {
        // A life each: what one leaves behind must not be what the next one finds.
        await cell.birth(birthOf());
        const outcome = await step(cell, asHandler(code));
        if (!outcome.lived) {
          wrong.push(`${name} died: ${JSON.stringify(outcome.facts.fault ?? outcome.facts)}`);
          continue;
        }
        const [came, want] = [outcome.returned, expected.get(name)].map((v) => JSON.stringify(v));
        if (came !== want) wrong.push(`${name} came to ${came}, not ${want}`);
      }
    } finally {
      await cell.kill("the test is over");
    }
    assertEquals(wrong, []);
  });
}
