import type { DeathRow } from "../store/types.ts";
import { type RecordedLife, recordedLife } from "./record.ts";
import { patient, type Relived, Revival, type Standing, unhurried } from "./relive.ts";
import type { Replay, ReplayPowers } from "./types.ts";

/**
 * Lives a death again: the whole life, from its birth, in a fresh cell, with every answer, clock and
 * seed of then. Deadline, heap and memory are measured anew where they killed; a step that was in time
 * then is given more of it. An end that came from outside the agent (a person, the house's own end, the
 * machine's failure, its energy) comes from outside again, after the same steps.
 *
 * @param powers ledger, clock and cells
 * @param id the death
 * @throws {VivariumError} `not-found` for an unknown death, `database` where its life is not whole,
 *   `cell` if no cell starts
 */
export async function replayDeath(powers: ReplayPowers, id: number): Promise<Replay> {
  const life = recordedLife(powers.store, id);
  const cell = await powers.launch(unhurried(life.limits));
  try {
    return await relive(life, new Revival(life, cell, powers.clock));
  } finally {
    await cell.kill("the replay is over");
  }
}

async function relive(life: RecordedLife, revival: Revival): Promise<Replay> {
  const { death, steps, limits } = life;
  const lenient = patient(limits);
  const born = await revival.birth(life, death.step === 0 ? limits : lenient);
  if (born.end !== "lived") return told(death, born, 0);
  let now: Standing = life;
  let departure: string | undefined;
  for (const step of steps) {
    const lethal = !step.lived;
    if (lethal && fromOutside(death)) break;
    if (lethal && death.cause === "hang") {
      const again = await revival.birth(now, limits);
      if (again.end !== "lived") return told(death, again, step.step);
    }
    const strict = lethal && death.cause === "hang" ? limits : lenient;
    const outcome = await revival.live(step, strict);
    if (outcome.end !== "lived") return told(death, outcome, step.step, departure);
    departure ??= outcome.departure && `step ${step.step} ${outcome.departure}`;
    now = outcome.now;
  }
  if (!fromOutside(death)) {
    const why = departure ?? "it lived through its last step";
    return { id: death.id, same: false, recorded: recordOf(death), lived: null, why };
  }
  const { cause, step, reason } = death;
  const why = departure ?? "the end came from outside the agent; all its steps were lived again";
  const lived = { cause, step, message: reason };
  return { id: death.id, same: departure === undefined, recorded: recordOf(death), lived, why };
}

/** Whether the end was no doing of its code, so that living its code again cannot bring it about. */
export function fromOutside({ cause, owner }: DeathRow): boolean {
  return cause === "starvation" || (owner !== "agent" && cause !== "llm");
}

function recordOf({ cause, life, step }: DeathRow): Replay["recorded"] {
  return { cause, life, step };
}

function told(death: DeathRow, outcome: Relived, step: number, departure?: string): Replay {
  const { id } = death;
  const recorded = recordOf(death);
  if (outcome.end !== "died") {
    const why = outcome.end === "lost" ? `step ${step} ${outcome.departure}` : "it lived";
    return { id, same: false, recorded, lived: null, why };
  }
  const { cause, message } = outcome;
  const same = cause === death.cause && step === death.step;
  const why = departure ?? (same ? null : `it died of '${cause}' at step ${step}: ${message}`);
  return { id, same, recorded, lived: { cause, step, message }, why };
}
