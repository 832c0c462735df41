import { assert, assertEquals, assertMatch } from "@std/assert";
import { lethalFixtures } from "../e2e/deaths_fixture.ts";
import { runScript } from "../e2e/support.ts";

Deno.test("replayDeath() dies again of the same cause at the same step for every cause that an agent can bring about", async () => {
  // How fast memory runs full is the machine's: it must not be a matter of the deadline.
  const fills = (cause: string): boolean => cause === "heap" || cause === "memory";
  await allAgain(lethalFixtures.filter(({ cause }) => !fills(cause)), 1000);
  await allAgain(lethalFixtures.filter(({ cause }) => fills(cause)), 15_000);
});

async function allAgain(fixtures: typeof lethalFixtures, stepMs: number): Promise<void> {
  const lines = fixtures.flatMap((fixture) =>
    [
      "this.state.before = Math.random() + Date.now();",
      fixture.response.replaceAll("{{DIR}}", "/nowhere"),
      ...(fixture.later === true ? ["return 'set off';"] : []),
      ...Array.from({ length: 8 }, () => "return 'alive again';"),
    ].map((response) => ({ agent: fixture.name, response }))
  );
  await runScript(lines, { limits: { stepMs } }, async ({ house, deaths }) => {
    assert(deaths.length >= fixtures.length);
    for (const death of deaths) {
      const replay = await house.replays.replay(death.id);
      const { agent, life, step, cause } = death;
      const told = `${agent}: ${JSON.stringify(replay)}`;
      assertEquals(replay.recorded, { cause, life, step }, told);
      assertEquals(
        [replay.same, replay.lived?.cause, replay.lived?.step],
        [true, cause, step],
        told,
      );
    }
  });
}

Deno.test("replayDeath() gives the answers of then, in the order of then, and sends nothing", async () => {
  const asks = `
const order = [];
const answers = await Promise.allSettled([
  this.ask("bob", "first").then((answer) => { order.push("bob"); return answer; }),
  this.ask("nobody", "second").catch((error) => { order.push("nobody"); throw error; }),
  this.llm("third").then((answer) => { order.push("model"); return answer; }),
  this.send("bob", "fourth"),
]);
throw new Error(JSON.stringify([order, answers.map((each) => each.value ?? each.reason?.message)]));`;
  await runScript(
    [
      { agent: "ada", response: asks },
      { agent: "ada", response: "the third's answer" },
      { agent: "bob", response: "return 1;" },
      { agent: "bob", response: "and so says bob" },
      { agent: "bob", response: "return 2;" },
    ],
    { steps: 2 },
    async ({ house, deaths }) => {
      const death = deaths.find(({ agent }) => agent === "ada");
      assertMatch(death?.reason ?? "", /third's answer/);
      const before = house.store.lastEvent();
      const replay = await house.replays.replay(death?.id ?? 0);
      assertEquals(replay.lived, { cause: "exception", step: 1, message: death?.reason });
      assertEquals([replay.same, replay.why], [true, null]);
      assertEquals(house.store.lastEvent(), before);
    },
  );
});
