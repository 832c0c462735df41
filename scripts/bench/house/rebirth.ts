import type { NewAgent } from "../../../mod.ts";
import { type Spread, spread } from "./figures.ts";
import { temporaryHouse } from "./temporary_house.ts";

/**
 * `soft`: its response throws, the process stays. `hard`: SIGKILL from outside in mid-life, and a cell of the
 * warm pool takes its place. `alone`: the same with limits that no other agent has, so that the pool has
 * nothing. `probation`: the same with a spec that has a probation, so that a cell is kept ready.
 */
export type RebirthKind = "soft" | "hard" | "alone" | "probation";

/** What is measured, in order. */
export const rebirthKinds: readonly RebirthKind[] = ["soft", "hard", "alone", "probation"];

/** From the fault to the next committed step, without the backoff. */
export interface Rebirth {
  readonly kind: RebirthKind;
  readonly deaths: number;
  /** From the fault to the next life's start: the cell holds it, the ledger knows of it. */
  readonly bornMs: Spread;
  /** From the fault to the next life's first committed step. */
  readonly steppedMs: Spread;
}

/** Between two deaths: the pool has refilled, and the one after is not the one before's. */
const quietMs: Readonly<Record<RebirthKind, number>> = {
  soft: 30,
  hard: 900,
  alone: 900,
  probation: 900,
};

const ownLimits = { heapMb: 80 };
const children: Readonly<Record<RebirthKind, Omit<NewAgent, "name">>> = {
  soft: {},
  hard: {},
  alone: { limits: ownLimits },
  probation: { limits: ownLimits, probation: 5 },
};

/**
 * One agent, killed again and again.
 *
 * @param kind of what, and what is ready for it
 * @param deaths how often
 */
export async function measureRebirth(kind: RebirthKind, deaths: number): Promise<Rebirth> {
  let lethal = false;
  let faultMs = NaN;
  let born: PromiseWithResolvers<number> = Promise.withResolvers();
  let stepped: PromiseWithResolvers<number> = Promise.withResolvers();
  await using living = await temporaryHouse({
    agents: 1,
    child: children[kind],
    respond() {
      if (!lethal) return "return 1;";
      lethal = false;
      faultMs = performance.now();
      return "throw new Error('lethal');";
    },
    onEvent({ kind, step }) {
      if (kind === "life.started") born.resolve(performance.now());
      if (kind === "step.committed" && step === 1) stepped.resolve(performance.now());
    },
  });
  await stepped.promise;
  const bornMs: number[] = [];
  const steppedMs: number[] = [];
  for (let death = 0; death < deaths; death++) {
    await new Promise((resolve) => setTimeout(resolve, quietMs[kind]));
    born = Promise.withResolvers();
    stepped = Promise.withResolvers();
    if (kind === "soft") lethal = true;
    else {
      const { pid } = living.house.supervisor.list()[0]!;
      faultMs = performance.now();
      Deno.kill(pid!, "SIGKILL");
    }
    // `faultMs` is only read once the fault has come.
    const bornAt = await born.promise;
    const steppedAt = await stepped.promise;
    bornMs.push(bornAt - faultMs);
    steppedMs.push(steppedAt - faultMs);
  }
  return { kind, deaths, bornMs: spread(bornMs), steppedMs: spread(steppedMs) };
}
