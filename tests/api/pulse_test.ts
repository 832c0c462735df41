import { assertEquals } from "@std/assert";
import { Pulse } from "../../src/api/events/pulse.ts";
import { type Clock, SimulatedClock } from "../../src/core/clock.ts";

const never = new Promise<void>(() => {});

Deno.test("a pulse has one timer for all who wait, and none when nobody does", async () => {
  const clock = new SimulatedClock();
  let timers = 0;
  const counted: Clock = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after(delayMs, task) {
      timers++;
      const cancel = clock.after(delayMs, task);
      return () => {
        timers--;
        cancel();
      };
    },
  };
  const pulse = new Pulse(counted);
  const gone = Promise.withResolvers<void>();
  const waits = [pulse.next(never), pulse.next(gone.promise), pulse.next(never)];
  assertEquals(timers, 1);
  gone.resolve();
  await waits[1];
  assertEquals(timers, 1);
  clock.advance(50);
  await Promise.all(waits);
  timers = 0;
  const last = Promise.withResolvers<void>();
  const wait = pulse.next(last.promise);
  assertEquals(timers, 1);
  last.resolve();
  await wait;
  assertEquals(timers, 0);
});

Deno.test("a pulse is slower the more wait for it", async () => {
  const clock = new SimulatedClock();
  const pulse = new Pulse(clock);
  const beat = async (waiters: number): Promise<number> => {
    const start = clock.monotonic();
    let done = false;
    const all = Promise.all(Array.from({ length: waiters }, () => pulse.next(never)));
    void all.then(() => done = true);
    while (!done) {
      clock.advance(10);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    return clock.monotonic() - start;
  };
  assertEquals([await beat(400), await beat(1), await beat(1)], [50, 200, 50]);
});
