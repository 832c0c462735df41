import { assert, assertEquals, assertGreater } from "@std/assert";
import { type AtWork, withHouse } from "./at_work.ts";
import { MovedClock } from "./moved_clock.ts";
import { until } from "./until.ts";

const shipped = new URL("../../assets/policy", import.meta.url).pathname;

/** A house with its own policy; afterwards all that was told of before and during is looked up. */
async function withPolicy(
  test: (work: AtWork & { clock: MovedClock; checkpoint: string; pid: number }) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "vivarium-policy-gone-" });
  const checkpoint = `${folder}/checkpoint`;
  await Deno.mkdir(checkpoint);
  for await (const { name } of Deno.readDir(shipped)) {
    await Deno.copyFile(`${shipped}/${name}`, `${checkpoint}/${name}`);
  }
  const clock = new MovedClock();
  const options = { llm: "policy", checkpoint, train: false, agents: 2 };
  await withHouse(
    folder,
    async (work) => {
      await work.steps(2);
      const { data } = await work.event("policy.started");
      await test({ ...work, clock, checkpoint, pid: data["pid"] as number });
      // Whoever died meanwhile was not to blame, and is back.
      for (const { agent, cause, owner } of work.house.deaths()) {
        if (owner !== "agent") assertEquals([cause, owner], ["llm", "infrastructure"], agent);
      }
      for (const { name, status } of work.house.supervisor.list()) {
        assertEquals(status, "running", name);
      }
    },
    options,
    { clock },
  );
  await Deno.remove(folder, { recursive: true });
}

Deno.test("a house whose policy process is gone for a minute is degraded, takes messages, and goes on by itself", async () => {
  await withPolicy(async ({ clock, checkpoint, pid, house, readiness, event, steps, told }) => {
    await Deno.rename(checkpoint, `${checkpoint}.away`);
    Deno.kill(pid, "SIGKILL");
    const { id, data } = await event("house.degraded");
    assertEquals(data, { part: "policy", why: "the policy process is down" });
    assertEquals((await readiness()).status, "degraded");
    assert((await readiness()).troubles.includes("the policy process is down"));
    await house.tell("ada", "are you there?");
    clock.passedMs += 60_000;
    // It is tried again, and again it cannot start.
    await until(() => told.filter(({ kind }) => kind === "policy.died").length >= 3);
    assertEquals((await readiness()).status, "degraded");
    await Deno.rename(`${checkpoint}.away`, checkpoint);
    const back = await event("house.recovered", id);
    assertEquals(back.data["part"], "policy");
    assertGreater(back.data["lastedMs"], 60_000);
    assertEquals((await readiness()).troubles, house.about.missing);
    await steps(4);
    await until(() => house.store.mailbox("ada").length === 0);
    const { items } = house.store.steps("ada", { limit: 1000 });
    const bodies = items.filter(({ letter }) =>
      (letter as { body: unknown }).body === "are you there?"
    );
    const lost = told.filter(({ kind }) => kind === "message.dead-letter");
    assertEquals(bodies.length + lost.length, 1, "the message is handled once, or a dead letter");
  });
});

Deno.test("a house whose policy process is stopped says so, ends it, and goes on with another", async () => {
  await withPolicy(async ({ clock, pid, house, readiness, event, steps }) => {
    Deno.kill(pid, "SIGSTOP");
    // It owes a sign of life from the next look on.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    clock.passedMs += 15_000;
    const { id, data } = await event("house.degraded");
    assertEquals(data, { part: "policy", why: "the policy process does not answer" });
    assertEquals((await readiness()).status, "degraded");
    clock.passedMs += 45_000;
    await event("house.recovered", id);
    const { data: next } = await event("policy.started", id);
    assert(next["pid"] !== pid);
    assertEquals((await readiness()).troubles, house.about.missing);
    await steps(4);
  });
});
