import { assertEquals } from "@std/assert";
import { SimulatedClock } from "../../src/core/clock.ts";
import { Stopwatch } from "../../src/cell/stopwatch.ts";

function watch(
  limitMs: number,
): { clock: SimulatedClock; watch: Stopwatch; expired: () => number } {
  const clock = new SimulatedClock();
  let count = 0;
  const stopwatch = new Stopwatch(clock, limitMs, () => count++);
  return { clock, watch: stopwatch, expired: () => count };
}

Deno.test("Stopwatch expires once, when the busy time is over", () => {
  const { clock, watch: stopwatch, expired } = watch(100);
  clock.advance(99);
  assertEquals(expired(), 0);
  clock.advance(1);
  clock.advance(1000);
  assertEquals([expired(), stopwatch.elapsedMs], [1, 1100]);
});

Deno.test("Stopwatch stands still while one wait or more is open", () => {
  const { clock, watch: stopwatch, expired } = watch(100);
  clock.advance(60);
  stopwatch.pause();
  stopwatch.pause();
  clock.advance(1000);
  stopwatch.resume();
  clock.advance(1000);
  stopwatch.resume();
  clock.advance(39);
  assertEquals([expired(), stopwatch.busyMs, stopwatch.elapsedMs], [0, 99, 2099]);
  clock.advance(1);
  assertEquals(expired(), 1);
});

Deno.test("Stopwatch counts work that was done while it stood still", () => {
  const { clock, watch: stopwatch, expired } = watch(100);
  stopwatch.charge(1000);
  assertEquals(expired(), 0, "while it runs, the clock counts");
  stopwatch.pause();
  stopwatch.charge(60);
  assertEquals([stopwatch.busyMs, expired()], [60, 0]);
  stopwatch.charge(41);
  assertEquals(expired(), 1);
  stopwatch.stop();
  stopwatch.charge(1000);
  clock.advance(1000);
  assertEquals(expired(), 1);
});

Deno.test("Stopwatch.shorten() leaves at most so much, waits or not", () => {
  const { clock, watch: stopwatch, expired } = watch(1000);
  stopwatch.pause();
  stopwatch.shorten(50);
  clock.advance(49);
  assertEquals(expired(), 0);
  clock.advance(1);
  assertEquals(expired(), 1);
});

Deno.test("Stopwatch.stop() is for good", () => {
  const { clock, watch: stopwatch, expired } = watch(100);
  stopwatch.pause();
  stopwatch.stop();
  stopwatch.resume();
  clock.advance(1000);
  assertEquals([expired(), stopwatch.busyMs], [0, 0]);
});
