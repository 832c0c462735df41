import { assertEquals, assertThrows } from "@std/assert";
import { SimulatedClock } from "../../src/core/clock.ts";
import { VivariumError } from "../../src/core/errors.ts";
import type { EventDraft } from "../../src/core/events.ts";
import { Announcer } from "../../src/house/announcer.ts";
import { Condition } from "../../src/house/condition.ts";

Deno.test("Condition tells once that a part is in trouble, and once that it is back and how long it took", () => {
  const clock = new SimulatedClock();
  const told: EventDraft[] = [];
  let database: string | undefined;
  let policy: string | undefined;
  const condition = new Condition({
    clock,
    troubles: { database: () => database, policy: () => policy },
    tell: (event) => told.push(event),
  });
  const look = (): void => {
    clock.advance(500);
    condition.look();
  };
  look();
  database = "the disk is full";
  look();
  policy = "the policy process is down";
  database = "the disk is still full";
  look();
  database = undefined;
  look();
  policy = undefined;
  look();
  look();
  assertEquals(told.map(({ kind, data }) => [kind, ...Object.values(data)]), [
    ["house.degraded", "database", "the disk is full"],
    ["house.degraded", "policy", "the policy process is down"],
    ["house.recovered", "database", 1000],
    ["house.recovered", "policy", 1000],
  ]);
});

Deno.test("Announcer keeps in order what cannot be written, and writes it once when it can", () => {
  const written: number[] = [];
  const troubles: unknown[] = [];
  let full = false;
  const clock = new SimulatedClock();
  const announcer = new Announcer(clock, (error) => troubles.push(error));
  const tell = (number: number): void =>
    announcer.tell(() => {
      if (full) throw new VivariumError("database", "the disk is full");
      written.push(number);
    });
  tell(1);
  full = true;
  tell(2);
  tell(3);
  announcer.flush();
  clock.advance(100);
  announcer.flush();
  clock.advance(199);
  // Not yet: it waits twice as long.
  announcer.flush();
  assertEquals([written, announcer.waiting, troubles.length], [[1], 2, 2]);
  full = false;
  tell(4);
  assertEquals(written, [1]);
  clock.advance(1);
  announcer.flush();
  announcer.flush();
  assertEquals([written, announcer.waiting], [[1, 2, 3, 4], 0]);
});

Deno.test("Announcer hides no defect", () => {
  const announcer = new Announcer(new SimulatedClock(), () => {});
  assertThrows(() => announcer.tell(() => [].at(0)!["x"]), TypeError);
});
