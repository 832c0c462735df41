import { assert, assertEquals, assertGreater } from "@std/assert";
import { openStore } from "../../src/store/mod.ts";
import { childrenOf, isAlive, Running } from "../support/command.ts";

Deno.test("kill -9 of the policy process: it comes back, and the agents go on", async () => {
  const folder = await Deno.makeTempDir({ prefix: "vivarium-policy-" });
  const run = new Running(
    ...["run", "--agents", "2", "--steps", "25", "--seed", "3", "--json", "--port", "0"],
    ...["--db", `${folder}/house.db`],
  );
  await run.line((text) => text.includes('"step.committed"') && text.includes('"step":2'));
  const started = JSON.parse(await run.line((text) => text.includes('"policy.started"'))) as {
    data: { pid: number };
  };
  assert(childrenOf(run.pid).includes(started.data.pid));
  Deno.kill(started.data.pid, "SIGKILL");
  await run.line((text) => text.includes('"policy.died"'));
  const { code } = await run.ended();
  assertEquals(code, 0, run.lines.slice(-5).join("\n"));
  assert(!isAlive(started.data.pid));
  assertEquals(run.lines.filter((text) => text.includes('"policy.started"')).length, 2);

  const store = openStore(`${folder}/house.db`);
  try {
    for (const { name, steps } of store.agents().items) assertGreater(steps, 0, name);
    // Whatever waited was retried, or died without blame.
    for (const death of store.deaths({ limit: 1000 }).items) {
      if (death.cause === "llm") assertEquals(death.owner, "infrastructure");
    }
  } finally {
    store.close();
  }
  await Deno.remove(folder, { recursive: true });
});
