import { assertEquals } from "@std/assert";
import { SimulatedClock } from "../../src/core/clock.ts";

Deno.test("SimulatedClock.advance() runs what falls due in order of time, then of creation", () => {
  const clock = new SimulatedClock(100);
  const seen: string[] = [];
  clock.after(20, () => seen.push(`b@${clock.now()}`));
  clock.after(10, () => seen.push(`a@${clock.now()}`));
  clock.after(20, () => seen.push(`c@${clock.now()}`));
  clock.advance(15);
  assertEquals(seen, ["a@110"]);
  clock.advance(5);
  assertEquals(seen, ["a@110", "b@120", "c@120"]);
});

Deno.test("SimulatedClock.advance() runs a timer that a task sets when it falls within the advance", () => {
  const clock = new SimulatedClock();
  const seen: number[] = [];
  clock.after(10, () => {
    clock.after(10, () => seen.push(clock.now()));
  });
  clock.advance(30);
  assertEquals(seen, [20]);
  assertEquals(clock.now(), 30);
});

Deno.test("SimulatedClock.after() does not run the task when it was cancelled", () => {
  const clock = new SimulatedClock();
  let ran = false;
  const cancel = clock.after(10, () => ran = true);
  cancel();
  cancel();
  clock.advance(100);
  assertEquals(ran, false);
});
