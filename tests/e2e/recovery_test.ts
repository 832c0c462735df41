import { assert, assertEquals, assertGreater } from "@std/assert";
import { openStore } from "../../src/store/mod.ts";
import type { StepRow } from "../../src/store/mod.ts";
import { childrenOf, isAlive, Running } from "../support/command.ts";
import { requirement } from "../supervisor/requirement.ts";

interface LoggedStep {
  readonly kind: string;
  readonly agent: string;
  readonly life: number;
  readonly step: number;
}

Deno.test(
  requirement(
    [22, 23],
    "kill -9 of the supervisor loses nothing that was acknowledged and leaves no cell",
  ),
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "vivarium-kill-" });
    const script = `${folder}/script.jsonl`;
    const names = ["ada", "bob"];
    const line = (agent: string, count: number): string =>
      JSON.stringify({
        agent,
        response: `this.state.count = (this.state.count ?? 0) + 1; // ${count}`,
      });
    await Deno.writeTextFile(
      script,
      names.flatMap((name) => Array.from({ length: 5000 }, (_, index) => line(name, index))).join(
        "\n",
      ),
    );
    const args = [
      "run",
      "--db",
      `${folder}/house.db`,
      "--llm",
      `scripted:${script}`,
      "--agents",
      "2",
    ];

    const first = new Running(...args, "--port", "0", "--json");
    for (const name of names) {
      await first.line((text) =>
        text.includes('"step.committed"') && text.includes(`"agent":"${name}"`) &&
        text.includes('"step":20')
      );
    }
    const children = childrenOf(first.pid);
    assertGreater(children.length, 1);
    await first.kill("SIGKILL");
    const acknowledged = first.lines.filter((text) => text.includes('"step.committed"'))
      .map((text) => JSON.parse(text) as LoggedStep);
    await until(
      () => children.every((pid) => !isAlive(pid)),
      2000,
      "a cell outlived its supervisor",
    );

    const store = openStore(`${folder}/house.db`);
    const before = new Map(names.map((name) => [name, store.agent(name)]));
    const steps = new Map(names.map((name) => [name, allSteps(store, name)]));
    store.close();
    for (const { agent, life, step } of acknowledged) {
      const found = steps.get(agent)?.some((row) => row.life === life && row.step === step);
      assert(found, `${agent}#${life} step ${step} was acknowledged and is not in the ledger`);
    }

    const second = new Running(...args, "--port", "0", "--json", "--steps", "3");
    assertEquals((await second.ended()).code, 0);
    const after = openStore(`${folder}/house.db`);
    try {
      assertEquals(after.agents().items.map((agent) => agent.name), names);
      for (const name of names) {
        const born = after.life(name, (before.get(name)?.life ?? 0) + 1);
        assertEquals(born?.bornFrom, before.get(name)?.genome);
        const hosts = after.deaths({ agent: name }).items.map((
          death,
        ) => [death.cause, death.owner]);
        assertEquals(hosts, [["host", "infrastructure"]]);
        const now = allSteps(after, name);
        assertEquals(now.slice(0, steps.get(name)?.length), steps.get(name));
        const state = after.genome(after.agent(name)?.genome ?? "")?.genome.state as {
          count: number;
        };
        assertEquals(state.count, now.filter((row) => row.lived).length);
      }
    } finally {
      after.close();
    }
    await Deno.remove(folder, { recursive: true });
  },
);

function allSteps(store: ReturnType<typeof openStore>, agent: string): StepRow[] {
  const rows: StepRow[] = [];
  let next: string | null = "";
  do {
    const cursor: { cursor?: string } = next === "" ? {} : { cursor: next };
    const page = store.steps(agent, { limit: 1000, ...cursor });
    rows.push(...page.items);
    next = page.next;
  } while (next !== null);
  return rows;
}

/** Looks again and again until it holds; fails when it does not within the time. */
async function until(holds: () => boolean, withinMs: number, otherwise: string): Promise<void> {
  for (let waited = 0; !holds(); waited += 20) {
    assert(waited < withinMs, otherwise);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
