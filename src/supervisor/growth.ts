import type { Lived } from "../cell/types.ts";
import type { GenomeHash } from "../core/ids.ts";
import { genomeHash } from "../genome/mod.ts";
import {
  energyAfter,
  type EnergySettings,
  type Reward,
  rewardOf,
  type RewardWeights,
  totalReward,
  totalValue,
  valueOf,
} from "../reward/mod.ts";
import type { Life } from "./life.ts";
import type { EndedTurn } from "./rows.ts";
import { spellAfter } from "./stuck.ts";

/** What a step that was lived is measured by. */
export interface Measures {
  /** The genome before the step. */
  readonly before: GenomeHash;
  readonly weights: RewardWeights;
  /** Undefined where energy is not metered. */
  readonly energy: EnergySettings | undefined;
  /** Whether the step has solved the agent's task. */
  readonly solved: boolean;
}

/** What a step that was lived has come to. */
export interface Growth {
  /** The life, with the step. */
  readonly life: Life;
  readonly genome: GenomeHash;
  /** Whether the genome is another. */
  readonly edited: boolean;
  readonly rewards: readonly Reward[];
  /** Their sum. */
  readonly reward: number;
}

/** What a lived step makes of a life: its reward, its worth, its energy, and whether it goes in circles. */
export function grow(life: Life, outcome: Lived, ended: EndedTurn, measures: Measures): Growth {
  const { before, weights, energy, solved } = measures;
  const { envelope, turn: { tokens, response } } = ended;
  const genome = genomeHash(outcome.genome);
  const edited = genome !== before;
  const { terms, worth } = valueOf(life.worth, {
    before: life.genome,
    after: outcome.genome,
    used: outcome.used,
    answered: envelope?.kind === "ask" && outcome.returned !== null,
    solved,
  });
  const rewards = rewardOf({ lived: true, values: terms }, weights);
  const reward = totalReward(rewards);
  const value = totalValue(rewards);
  const steps = life.row.steps + 1;
  const own = envelope === null;
  return {
    genome,
    edited,
    rewards,
    reward,
    life: {
      row: {
        ...life.row,
        steps,
        reward: life.row.reward + reward,
        edits: life.row.edits + (edited ? 1 : 0),
      },
      steps: life.steps,
      genome: outcome.genome,
      worth,
      energy: energy === undefined
        ? life.energy
        : energyAfter(life.energy, { tokens, value }, energy),
      spell: spellAfter(life.spell, { step: steps, own, edited, value, response }),
    },
  };
}
