import { openHouse } from "../../src/house/mod.ts";
import type { Model } from "../../src/llm/mod.ts";
import { checkFile } from "../../src/store/mod.ts";
import { descendantsOf } from "../support/processes.ts";
import { until } from "./until.ts";

/** What came of it. */
export interface DiedTogether {
  /** From the kill until each agent had lived a step again, in milliseconds, in order. */
  readonly backMs: readonly number[];
  readonly findings: readonly string[];
}

/**
 * Kills every cell of a house at the same moment, and looks whether each death is in the ledger once, and
 * each agent back with what it had.
 */
export async function dieTogether(agents: number): Promise<DiedTogether> {
  const folder = await Deno.makeTempDir({ prefix: "vivarium-together-" });
  const db = `${folder}/house.db`;
  const model: Model = {
    spec: "own",
    async complete() {
      await new Promise((resolve) => setTimeout(resolve, 20 * agents));
      const text = "this.state.count = (this.state.count ?? 0) + 1;";
      return { text, model: "own", tokens: { prompt: 1, completion: 1 } };
    },
    close: () => Promise.resolve(),
  };
  const lived = new Map<string, number>();
  /** Steps of which lives count. */
  let since = 1;
  const names = Array.from({ length: agents }, (_, index) => `agent-${index}`);
  const house = await openHouse({
    ...{ db, names, llm: model, horizon: 1_000_000 },
    onEvent: ({ kind, agent = "", life = 0 }) => {
      if (kind === "step.committed" && life >= since && !lived.has(agent)) {
        lived.set(agent, performance.now());
      }
    },
  });
  const findings: string[] = [];
  let killed = 0;
  try {
    house.begin();
    await until(() => lived.size === agents);
    const cells = house.supervisor.list().map(({ pid }) => pid ?? 0);
    const inner = cells.map((pid) => descendantsOf(pid).at(-1) ?? pid);
    lived.clear();
    since = 2;
    killed = performance.now();
    for (const pid of inner) Deno.kill(pid, "SIGKILL");
    await until(() => lived.size === agents);
    for (const name of names) {
      const deaths = house.store.deaths({ agent: name }).items;
      const told = deaths.map(({ cause, owner, life }) => `${cause} ${owner} ${life}`).join(", ");
      if (told !== "cell infrastructure 1") findings.push(`${name}: ${told}`);
    }
  } finally {
    await house.stop();
  }
  findings.push(...checkFile(db).findings);
  await Deno.remove(folder, { recursive: true });
  const backMs = [...lived.values()].map((at) => at - killed).sort((a, b) => a - b);
  return { backMs, findings };
}
