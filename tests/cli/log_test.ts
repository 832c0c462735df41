import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { logFormatter, logLevels, maxPrintLength, maxPrints, tellsOf } from "../../src/cli/log.ts";
import { eventKinds, type HouseEvent } from "../../src/core/events.ts";

const format = logFormatter({ json: false, color: false });

const death: HouseEvent = {
  id: 7,
  atMs: 0,
  kind: "life.died",
  agent: "ada",
  life: 3,
  step: 5,
  cause: "harm",
  data: { reward: -1000, age: 4, message: "Deno.remove: no", response: "Deno.remove('/')" },
};

Deno.test("logFormatter() tells of a death in one line: who, cause, reward, age, words", () => {
  const line = format(death);
  for (
    const part of [
      "ada#3",
      "died",
      "harm",
      "−1000",
      "age 4",
      "Deno.remove: no",
      "“Deno.remove('/')”",
    ]
  ) {
    assertStringIncludes(line, part);
  }
});

Deno.test("logFormatter() keeps what an agent wrote on its line and out of the terminal's control", () => {
  const line = format({ ...death, data: { ...death.data, response: "a\n\u001b[2Jb\u202Ec" } });
  assertEquals(line.split("\n").length, 1);
  assert(!line.includes("\u001b") && !line.includes("\u202E"));
});

Deno.test("logFormatter() gives the event itself as a JSON line when asked for JSON", () => {
  assertEquals(JSON.parse(logFormatter({ json: true })(death)), death);
});

Deno.test("logFormatter() has a line for every kind of event", () => {
  for (const kind of eventKinds) {
    const line = format({ id: 1, atMs: 0, kind, agent: "ada", data: {} });
    assert(line.length > 10, `${kind}: ${line}`);
  }
});

Deno.test("logFormatter() labels what an agent printed, and bounds it", () => {
  const step: HouseEvent = { ...death, kind: "step.committed", data: { prints: ["hi\u001b[2J"] } };
  const [, print] = format(step).split("\n");
  assert(print?.endsWith("ada#3      prints     | hi\\u001b[2J"), print);

  const many = Array.from({ length: maxPrints + 3 }, () => "x".repeat(10_000));
  const lines = format({ ...step, data: { prints: many } }).split("\n").slice(1);
  assertEquals(lines.length, maxPrints + 1);
  for (const line of lines) assert(line.length < maxPrintLength + 60, line);
  assertStringIncludes(lines.at(-1) ?? "", "… 3 more");
});

Deno.test("tellsOf() tells of more at each level, and of everything at the last", () => {
  const told = logLevels.map((level) =>
    eventKinds.filter((kind) => tellsOf(level, { id: 1, atMs: 0, kind, data: {} })).length
  );
  assertEquals(told, told.toSorted((a, b) => a - b));
  assertEquals(new Set(told).size, logLevels.length);
  assertEquals(told.at(-1), eventKinds.length);
  assert(tellsOf("warn", death));
  assert(!tellsOf("error", death));
});
