import { assert, assertEquals } from "@std/assert";
import { stress } from "./stress.ts";
import { requirement } from "./requirement.ts";

Deno.test(
  requirement(
    [9, 14],
    "500 agents, 42 supervisors, 5,000 failures in start, handling and stop: all alive answer, none is orphaned",
  ),
  async () => {
    const seed = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
    try {
      const { failed, alive } = await stress({ seed, agents: 500, breadth: 6, failures: 5000 });
      assert(
        failed.start > 200 && failed.handling > 1000 && failed.stop > 100,
        JSON.stringify(failed),
      );
      assert(alive > 480, `${alive} are alive`);
    } catch (error) {
      throw new Error(`with the seed ${seed}`, { cause: error });
    }
  },
);

Deno.test("the same seed is the same stress, event by event; another one is another", async () => {
  const size = { agents: 60, breadth: 3, failures: 400 };
  const [first, again, other] = [
    await stress({ ...size, seed: 7 }),
    await stress({ ...size, seed: 7 }),
    await stress({ ...size, seed: 8 }),
  ];
  assert(first.trace.length > 1000);
  assertEquals(again, first);
  assert(other.trace.join() !== first.trace.join());
});
