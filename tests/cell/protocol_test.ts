import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import fc from "fast-check";
import { readLines } from "../../src/cell/lines.ts";
import { parseClaim, parseFrame, ProtocolFault } from "../../src/cell/protocol.ts";

Deno.test("parseFrame() of any text gives null-prototype data or a ProtocolFault", () => {
  fc.assert(fc.property(
    fc.oneof(fc.string(), fc.json(), fc.jsonValue().map((value) => JSON.stringify(value))),
    (text) => {
      try {
        const frame = parseFrame(text);
        if (frame === null || typeof frame !== "object" || Array.isArray(frame)) return;
        assertEquals(Object.getPrototypeOf(frame), null);
        assert(
          !("__proto__" in frame) && !("constructor" in frame) || text.includes("constructor"),
        );
      } catch (error) {
        assertInstanceOf(error, ProtocolFault);
      }
    },
  ));
});

Deno.test("parseFrame() keeps what JSON says", () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
    const text = JSON.stringify(value);
    if (text.includes("__proto__")) return;
    assertEquals(JSON.stringify(parseFrame(text)), text);
  }));
});

const malformed: readonly unknown[] = [
  null,
  [],
  {},
  { op: "ready", extra: 1 },
  { op: "born", id: -1 },
  { op: "born", id: 1.5 },
  { op: "born", id: 1e300 },
  { op: "born", id: "1" },
  { op: "call", turn: 1, call: 0, power: "exec", to: "", body: null },
  { op: "call", turn: 1, call: 0, power: "send", to: "x".repeat(300), body: null },
  { op: "notes", turn: 1, prints: [1], attempts: [] },
  { op: "died", turn: 1, fault: { kind: "operator", message: "" }, settled: true },
  { op: "died", turn: 1, fault: { kind: "llm", message: "" }, settled: true },
  { op: "died", turn: 1, fault: { kind: "harm", message: "x".repeat(5000) }, settled: true },
  { op: "died", turn: 1, fault: { kind: "harm", message: "x" }, settled: true, reward: 1 },
];

for (const claim of malformed) {
  Deno.test(`parseClaim() refuses ${JSON.stringify(claim)?.slice(0, 90)}`, () => {
    assertThrows(() => parseClaim(claim), ProtocolFault);
  });
}

/** A stream of bytes in chunks as they are given. */
function streamOf(chunks: readonly string[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(chunks.map((chunk) => new TextEncoder().encode(chunk)));
}

async function linesOf(chunks: readonly string[], maxBytes = 1000): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of readLines(streamOf(chunks), maxBytes)) lines.push(line);
  return lines;
}

Deno.test("readLines() finds the same lines wherever the chunks are cut", async () => {
  await fc.assert(fc.asyncProperty(
    fc.array(fc.string({ maxLength: 20 }).map((line) => line.replaceAll("\n", ""))),
    fc.array(fc.nat(30)),
    async (lines, cuts) => {
      const bytes = new TextEncoder().encode(lines.map((line) => line + "\n").join(""));
      const chunks: Uint8Array[] = [];
      let rest = bytes;
      for (const cut of cuts) {
        chunks.push(rest.subarray(0, cut));
        rest = rest.subarray(cut);
      }
      chunks.push(rest);
      const found: string[] = [];
      for await (const line of readLines(ReadableStream.from(chunks), 1000)) found.push(line);
      assertEquals(
        found,
        lines.map((line) => new TextDecoder().decode(new TextEncoder().encode(line))),
      );
    },
  ));
});

Deno.test("readLines() does not take what has no end for a line", async () => {
  assertEquals(await linesOf(["a\nb"]), ["a"]);
});

Deno.test("readLines() refuses a line over its size, ended or not", async () => {
  assertEquals(await linesOf(["12345\n"], 5), ["12345"]);
  const ended = await assertRejects(() => linesOf(["123456\n"], 5), ProtocolFault);
  assertEquals(ended.kind, "flood");
  await assertRejects(() => linesOf(["123", "456"], 5), ProtocolFault);
});
