import { assertEquals } from "@std/assert";
import { EventBus, type HouseEvent } from "../../src/core/events.ts";

const event: HouseEvent = { id: 1, atMs: 0, kind: "house.started", data: {} };

Deno.test("EventBus.publish() reaches every listener, in order of subscription", () => {
  const bus = new EventBus();
  const seen: string[] = [];
  bus.subscribe(() => seen.push("first"));
  bus.subscribe(() => seen.push("second"));
  bus.publish(event);
  assertEquals(seen, ["first", "second"]);
});

Deno.test("EventBus.publish() does not reach a listener that left, even during the same event", () => {
  const bus = new EventBus();
  const seen: string[] = [];
  const leave = bus.subscribe(() => {
    seen.push("once");
    leave();
  });
  bus.publish(event);
  bus.publish(event);
  leave();
  assertEquals(seen, ["once"]);
});
