import type { Asks } from "../actor/mod.ts";
import { VivariumError } from "../core/errors.ts";
import type { AgentRunner } from "./agent.ts";
import type { Context } from "./context.ts";
import type { Hierarchy } from "./hierarchy.ts";
import type { Ledger } from "./ledger.ts";
import type { Pacer } from "./pacer.ts";
import { patienceMs } from "./spec.ts";

/** What is taken down. */
export interface Household {
  readonly runners: readonly AgentRunner[];
  readonly hierarchy: Hierarchy;
  readonly pacer: Pacer;
  readonly ledger: Ledger;
  readonly asks: Asks;
  readonly clock: Context["clock"];
  readonly pool: Context["pool"];
}

/**
 * What the end of a house may take beyond what the most patient of its children may: for the others, and
 * for the last commits when the database is in trouble. In milliseconds.
 */
const closingMs = 5000;

/** Ends the agents in order, last to first, then what they lived by: the ledger, the asks, the cells. */
export async function takeDown(household: Household): Promise<void> {
  const { runners, hierarchy, pacer, ledger, asks, clock, pool } = household;
  const order = { cause: "shutdown" } as const;
  hierarchy.close();
  pacer.close();
  // One that may take for ever to stop holds up the house, but not the others.
  const hasty = runners.filter(({ spec }) => patienceMs(spec) !== Infinity);
  const longestMs = Math.max(0, ...hasty.map(({ spec }) => patienceMs(spec)));
  const cancel = clock.after(longestMs + closingMs, () => {
    ledger.close();
    for (const runner of hasty) void runner.stop(order, 0);
  });
  await hierarchy.takeDown(async (name) =>
    await runners.find((runner) => runner.name === name)?.stop(order)
  );
  // Those without a place: they are on their way out.
  await Promise.all(runners.map((runner) => runner.stop(order)));
  cancel();
  ledger.close();
  asks.rejectAll(new VivariumError("unavailable", "the house was shut down"));
  await pool.close();
}
