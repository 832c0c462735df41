import { assertEquals } from "@std/assert";
import { energySchema } from "../../src/reward/mod.ts";
import { World } from "./fakes.ts";

Deno.test("an agent's view has its energy where it is metered, as its last step left it", async () => {
  const world = new World(() => ({}), {
    energy: energySchema.parse({ start: 10, perToken: 0 }),
  });
  world.supervisor.spawn({ name: "ada", firstQuery: "begin" });
  assertEquals(world.supervisor.look("ada").energy, null);
  let seen: unknown;
  world.bus.subscribe((event) => {
    if (event.kind !== "step.committed" || event.step !== 3) return;
    seen = event.data["energy"];
    void world.supervisor.pause("ada");
  });
  while (seen === undefined) await world.pass(50);
  assertEquals([seen, world.supervisor.look("ada").energy], [7, 7]);
  await world.supervisor.shutdown();
});

Deno.test("an agent's view has no energy where nobody meters it", async () => {
  const world = new World(() => ({}), { maxSteps: 2 });
  world.supervisor.spawn({ name: "ada", firstQuery: "begin" });
  await world.finish();
  assertEquals(world.supervisor.look("ada").energy, null);
  const steps = world.events.filter(({ kind }) => kind === "step.committed");
  assertEquals(steps.map(({ data }) => "energy" in data), [false, false]);
  await world.supervisor.shutdown();
});
