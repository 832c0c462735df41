import type { Attempt, Dropped, Lived, Usage } from "../cell/types.ts";
import type { EventDraft } from "../core/events.ts";
import type { GenomeHash } from "../core/ids.ts";
import type { Json } from "../core/json.ts";
import { type Reward, totalReward } from "../reward/mod.ts";
import type { DeathRow, LifeRow, StepRow } from "../store/types.ts";
import type { Decision } from "./decision.ts";
import type { Probation } from "./descent.ts";
import type { Envelope } from "./letters.ts";
import type { Spell } from "./stuck.ts";
import type { OpenTurn } from "./turn.ts";
import type { Verdict } from "./verdict.ts";

/** Characters of a response, a message or a print that an event carries. */
const excerptLength = 200;
/** Prints that an event carries. */
const maxPrints = 5;

/** What is known of a turn whose cell did not say. */
export const noUsage: Usage = {
  elapsedMs: 0,
  busyMs: 0,
  rssBytes: 0,
  printBytes: 0,
  messages: 0,
  modelCalls: 0,
};

/** Why there is no next life when its agent is being stopped. */
export const stopOrdered = "stopped";

/** Why there is no next life for now: its supervisor stops it, and will say whether it starts again. */
export const parked = "stopped by its supervisor";

/** A turn that has ended, with all that was not determined by the genome. */
export interface EndedTurn {
  readonly turn: OpenTurn;
  /** The letter; null for a tick. */
  readonly envelope: Envelope | null;
  readonly nowMs: number;
  readonly seed: number;
  readonly energy: number;
  readonly prints: readonly string[];
  readonly attempts: readonly Attempt[];
  readonly usage: Usage;
}

/** The row of a step. */
export function stepRow(
  ended: EndedTurn,
  atMs: number,
  now: { readonly genome: GenomeHash; readonly query: string },
  rewards: readonly Reward[],
  lived?: Lived,
): StepRow {
  const { turn, envelope, nowMs, seed, energy, prints, attempts, usage } = ended;
  return {
    ...turn.place,
    atMs,
    letter: envelope === null
      ? { kind: "tick", from: "supervisor" }
      : { id: envelope.id, kind: envelope.kind, from: envelope.from, body: envelope.body },
    nowMs,
    seed,
    energy,
    calls: turn.calls,
    answers: turn.answers,
    prints,
    returned: lived?.returned ?? null,
    dropped: (lived?.dropped ?? []).map(({ name, why }: Dropped) => ({ name, why })),
    attempts: attempts.map(({ power, detail, signal }) => ({ power, detail, signal })),
    usage: { ...usage, ...(turn.used ? { powers: turn.uses } : {}) },
    edited: lived?.edited ?? [],
    ...now,
    lived: lived !== undefined,
    rewards,
  };
}

/** The row of a life that ends. */
export function closedLife(
  life: LifeRow,
  end: "death" | "truncated",
  atMs: number,
  reward: number,
): LifeRow {
  return { ...life, end, endedAtMs: atMs, reward: life.reward + reward };
}

/** What a death's row is made of, beside the verdict. */
export interface DeathPlace {
  readonly supervisor: string;
  readonly context: DeathRow["context"];
  /** The child spec. */
  readonly offender: Json;
  readonly agent: string;
  readonly life: number;
  readonly step: number;
  readonly atMs: number;
  readonly genomeBefore: GenomeHash;
  readonly turn: OpenTurn | undefined;
  readonly decision: Json;
}

/** The row of a death: OTP's four fields, and ours. */
export function deathRow(verdict: Verdict, place: DeathPlace): Omit<DeathRow, "id"> {
  const { turn, ...rest } = place;
  return {
    ...rest,
    reason: verdict.message,
    cause: verdict.cause,
    owner: verdict.owner,
    evidence: verdict.evidence,
    detectedMs: verdict.detectedMs,
    response: turn?.response ?? null,
    policyVersion: turn?.policyVersion ?? null,
  };
}

/** The event of a lived step. */
export function stepEvent(
  row: StepRow,
  ended: EndedTurn,
  { age, energy, probation }: {
    readonly age: number;
    /** What is left of it; undefined where nobody meters it. */
    readonly energy: number | undefined;
    /** Of the genome that came of it, if it is on one. */
    readonly probation: Probation | undefined;
  },
): EventDraft {
  return {
    kind: "step.committed",
    agent: row.agent,
    life: row.life,
    step: row.step,
    data: {
      edited: [...row.edited],
      reward: totalReward(row.rewards),
      age,
      ...(energy === undefined ? {} : { energy }),
      ...(probation === undefined ? {} : { probation: { ...probation } }),
      response: excerpt(ended.turn.response),
      prints: row.prints.slice(0, maxPrints).map((print) => excerpt(print)),
      genome: row.genome,
      elapsedMs: ended.usage.elapsedMs,
      letter: ended.envelope?.kind ?? "tick",
    },
  };
}

/**
 * The event of an agent that has got stuck.
 *
 * @param step the last of the spell
 * @param restart whether its life is cut for it
 */
export function stuckEvent(step: StepRow, spell: Spell, restart: boolean): EventDraft {
  const { since, steps, response } = spell;
  return {
    kind: "agent.stuck",
    agent: step.agent,
    life: step.life,
    step: step.step,
    data: { since, steps, response: excerpt(response), restart },
  };
}

/** The event of a death. */
export function deathEvent(
  row: Omit<DeathRow, "id">,
  age: number,
  reward: number,
  next: GenomeHash | null,
): EventDraft {
  return {
    kind: "life.died",
    agent: row.agent,
    life: row.life,
    step: row.step,
    cause: row.cause,
    data: {
      owner: row.owner,
      message: excerpt(row.reason),
      reward,
      age,
      response: excerpt(row.response),
      detectedMs: row.detectedMs,
      genome: next,
    },
  };
}

/**
 * The events of what was decided after a death.
 *
 * @param resting why there is no next life, if that was clear without a decision
 */
export function decisionEvents(
  agent: string,
  supervisor: string,
  decision: Decision,
  genome: GenomeHash,
  resting: string | undefined,
): EventDraft[] {
  switch (decision.kind) {
    case "restart": {
      const { delayMs, from } = decision;
      return [{ kind: "agent.restarting", agent, data: { delayMs, genome, from } }];
    }
    case "remain":
      // Whoever ordered a stop tells of it when it is complete.
      if (resting === stopOrdered || resting === parked) return [];
      return [{
        kind: decision.failed ? "agent.failed" : "agent.stopped",
        agent,
        data: { why: decision.why },
      }];
    case "escalate":
      return [{ kind: "supervisor.escalated", data: { supervisor, why: decision.why } }];
    case "none":
      return [];
  }
}

/** The event of a life that was cut. */
export function truncatedEvent(life: LifeRow, why: string): EventDraft {
  const data = { steps: life.steps, why };
  return { kind: "life.truncated", agent: life.agent, life: life.life, data };
}

/** The beginning of a text, for an event. */
export function excerpt(text: string | null): string {
  if (text === null) return "";
  return text.length <= excerptLength ? text : `${text.slice(0, excerptLength)}…`;
}
