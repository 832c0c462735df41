import { assertEquals } from "@std/assert";
import { deadLetterEveryMs, LiveLog } from "../../src/cli/live_log.ts";
import { SimulatedClock } from "../../src/core/clock.ts";
import { EventBus, type HouseEvent } from "../../src/core/events.ts";
import { requirement } from "../supervisor/requirement.ts";

/** A log, what it wrote without the times, and a bus that it hears. */
function listening(options: { readonly json?: boolean; readonly level?: "error" } = {}) {
  const clock = new SimulatedClock();
  const lines: string[] = [];
  const out = (line: string): void => void lines.push(line.replace(/^\S+ /, ""));
  const log = new LiveLog({ clock, out, json: false, color: false, level: "debug", ...options });
  const bus = new EventBus();
  const stream: HouseEvent[] = [];
  bus.subscribe((event) => void stream.push(event));
  bus.subscribe((event) => log.hear(event));
  const publish = (kind: HouseEvent["kind"], data: HouseEvent["data"] = {}): void =>
    bus.publish({ id: stream.length + 1, atMs: clock.now(), kind, agent: "ada", data });
  const refuse = (count: number): void => {
    for (let letter = 0; letter < count; letter++) {
      publish("message.dead-letter", { from: "bob", reason: "overflow" });
    }
  };
  return { clock, lines, stream, log, publish, refuse };
}

const one = "ada        dead-letter from bob  reason overflow";
const more = (count: number): string => `message    dead-letter more ${count}`;

Deno.test(
  requirement(18, "the log tells of one dead letter, then how many more; the stream holds each"),
  () => {
    const { clock, lines, stream, refuse, publish } = listening();
    refuse(1000);
    publish("agent.paused");
    assertEquals(lines, [one, "ada        paused"]);
    clock.advance(deadLetterEveryMs - 1);
    refuse(5);
    assertEquals(lines.length, 2);
    clock.advance(1);
    assertEquals(lines.slice(2), [more(1004)]);
    // It goes on within the next interval, of which nothing was told.
    refuse(7);
    clock.advance(deadLetterEveryMs);
    assertEquals(lines.slice(3), [more(7)]);
    clock.advance(deadLetterEveryMs);
    // And after a quiet one the next is told of at once.
    refuse(1);
    assertEquals(lines.slice(4), [one]);
    assertEquals(stream.filter(({ kind }) => kind === "message.dead-letter").length, 1013);
  },
);

Deno.test("LiveLog tells at its end of what it has held back", () => {
  const { lines, log, refuse, clock } = listening();
  refuse(3);
  log.end();
  assertEquals(lines, [one, more(2)]);
  clock.advance(10 * deadLetterEveryMs);
  log.end();
  assertEquals(lines.length, 2);
});

Deno.test("LiveLog holds nothing back as JSON, and keeps to its level", () => {
  const json = listening({ json: true });
  json.refuse(10);
  assertEquals(json.lines.length, 10);
  const quiet = listening({ level: "error" });
  quiet.refuse(10);
  quiet.log.end();
  assertEquals(quiet.lines, []);
});
