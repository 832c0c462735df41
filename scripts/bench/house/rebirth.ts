import { type Spread, spread } from "./figures.ts";
import { temporaryHouse } from "./temporary_house.ts";

/** From the fault to the next committed step, without the backoff. */
export interface Rebirth {
  readonly kind: "soft" | "hard";
  readonly deaths: number;
  /** From the fault to the next life's start: the cell holds it, the ledger knows of it. */
  readonly bornMs: Spread;
  /** From the fault to the next life's first committed step. */
  readonly steppedMs: Spread;
}

/** Between two deaths: the pool has refilled, and the one after is not the one before's. */
const quietMs = { soft: 30, hard: 900 };

/**
 * One agent, killed again and again.
 *
 * @param kind soft: its response throws, the process stays. Hard: SIGKILL from outside in mid-life, and
 * a cell of the warm pool takes its place
 * @param deaths how often
 */
export async function measureRebirth(kind: "soft" | "hard", deaths: number): Promise<Rebirth> {
  let lethal = false;
  let faultMs = NaN;
  let born: PromiseWithResolvers<number> = Promise.withResolvers();
  let stepped: PromiseWithResolvers<number> = Promise.withResolvers();
  await using living = await temporaryHouse({
    agents: 1,
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
