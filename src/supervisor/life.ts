import type { Episode } from "../core/episode.ts";
import type { Genome } from "../genome/mod.ts";
import { unpaid, type Worth } from "../reward/mod.ts";
import type { LifeRow } from "../store/types.ts";
import type { Spell } from "./stuck.ts";
import type { OpenTurn } from "./turn.ts";
import type { Verdict } from "./verdict.ts";

/** A life under way: its row, and what the trainer will want of it (which grows with the life). */
export interface Life {
  readonly row: LifeRow;
  readonly steps: Episode["steps"][number][];
  /** Its genome at this moment, and what of its own making has been paid for. */
  readonly genome: Genome;
  readonly worth: Worth;
  /** What it has left to spend; stays as it is where energy is not metered. */
  readonly energy: number;
  /** The steps since there was something new, if the last had nothing. */
  readonly spell: Spell | undefined;
}

/** A life that is about to begin. */
export function openLife(
  birth: Pick<LifeRow, "agent" | "life" | "startedAtMs" | "bornFrom" | "bornQuery">,
  genome: Genome,
  energy: number,
): Life {
  return {
    row: { ...birth, endedAtMs: null, end: null, steps: 0, reward: 0, edits: 0 },
    steps: [],
    genome,
    worth: unpaid(genome),
    energy,
    spell: undefined,
  };
}

/** A step of an episode, as the trainer takes it. */
export function episodeStep(turn: OpenTurn, reward: number): Episode["steps"][number] {
  return {
    step: turn.place.step,
    reward,
    completions: turn.traces.map(({ version, promptIds, ids, logps }) => ({
      version,
      promptIds: [...promptIds],
      ids: [...ids],
      logps: [...logps],
    })),
  };
}

/**
 * A life as the trainer sees it.
 *
 * @param life the life, with the step that ended it if there was one
 * @param verdict of its death; undefined if it was cut
 * @param lateReward what its end was worth, if it ended between steps: the last step has to answer
 */
export function episodeOf(life: Life, verdict?: Verdict, lateReward = 0): Episode {
  const last = life.steps.at(-1);
  const steps = last === undefined || lateReward === 0
    ? life.steps
    : [...life.steps.slice(0, -1), { ...last, reward: last.reward + lateReward }];
  const { agent, life: number } = life.row;
  return {
    id: `${agent}/${number}`,
    agent,
    life: number,
    steps,
    ...(verdict === undefined
      ? { end: "truncated" }
      : { end: "death", cause: verdict.cause, owner: verdict.owner }),
  };
}
