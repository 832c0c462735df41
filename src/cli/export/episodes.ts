import { z } from "zod";
import type { Source } from "../source/mod.ts";
import { agentView, deathView, lifeView, rowsOf, type StepView, stepView } from "../views.ts";

/** What is lost of a return with each step that it lies ahead: the trainer's default. */
export const gamma = 0.99;

/** A life as it is exported: what was asked and answered in each step, and what came of it. */
export interface LivedEpisode {
  /** `agent/life`. */
  readonly id: string;
  readonly agent: string;
  readonly life: number;
  /** `open`: it is still lived. */
  readonly end: "death" | "truncated" | "open";
  readonly cause: string | null;
  readonly owner: "agent" | "infrastructure" | "operator" | null;
  readonly steps: readonly LivedStep[];
}

/** A step of an exported life. */
export interface LivedStep {
  readonly step: number;
  readonly lived: boolean;
  readonly seed: number;
  readonly rewards: readonly { readonly term: string; readonly value: number }[];
  /** Sum of the rewards. */
  readonly reward: number;
  /** Discounted by {@linkcode gamma} over the steps that followed in this life. */
  readonly return: number;
  readonly completions: readonly LivedCompletion[];
}

/** An answered call of the model. */
export interface LivedCompletion {
  readonly prompt: string;
  readonly response: string;
  readonly model: string;
  readonly seed: number;
  /** Of the embedded policy: its version, tokens and their log-probabilities. */
  readonly trace?: NonNullable<StepView["calls"][number]["trace"]>;
  /** SHA-256 of that version's parameters, where the versions are known. */
  readonly policyHash?: string;
}

/** Whose lives are exported, and what is known of the versions. */
export interface EpisodeQuery {
  /** @default every agent that there is */
  readonly agent?: string | undefined;
  /** Parameters' hashes by version. */
  readonly hashes: ReadonlyMap<number, string>;
}

/** All lives, agent by agent, each in order; a life at a time in memory. */
export async function* episodesOf(
  source: Source,
  { agent, hashes }: EpisodeQuery,
): AsyncGenerator<LivedEpisode> {
  for (const name of agent === undefined ? await namesIn(source) : [agent]) {
    const path = `/v1/agents/${encodeURIComponent(name)}`;
    const deaths = new Map<number, z.infer<typeof deathView>>();
    const query = { agent: name };
    for await (const death of rowsOf(source, { path: "/v1/deaths", view: deathView, query })) {
      deaths.set(death.life, death);
    }
    const steps = rowsOf(source, { path: `${path}/steps`, view: stepView });
    let ahead = await steps.next();
    for await (const { life, end } of rowsOf(source, { path: `${path}/lives`, view: lifeView })) {
      const own: StepView[] = [];
      // Both lists are in order of lives, so one walk through each is enough.
      for (; !ahead.done && ahead.value.life <= life; ahead = await steps.next()) {
        if (ahead.value.life === life) own.push(ahead.value);
      }
      const death = deaths.get(life);
      yield {
        id: `${name}/${life}`,
        agent: name,
        life,
        end: end ?? "open",
        cause: death?.cause ?? null,
        owner: death?.owner ?? null,
        steps: withReturns(own, hashes),
      };
    }
  }
}

async function namesIn(source: Source): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of rowsOf(source, { path: "/v1/agents", view: agentView })) {
    names.push(name);
  }
  return names;
}

/** G_t = r_t + γ · G_{t+1}; nothing is guessed of what would have come after the last step. */
function withReturns(
  steps: readonly StepView[],
  hashes: ReadonlyMap<number, string>,
): readonly LivedStep[] {
  const lived: LivedStep[] = [];
  let next = 0;
  for (const { step, lived: alive, seed, rewards, calls } of steps.toReversed()) {
    const reward = rewards.reduce((sum, { value }) => sum + value, 0);
    next = reward + gamma * next;
    lived.push({
      step,
      lived: alive,
      seed,
      rewards,
      reward,
      return: next,
      completions: calls.flatMap((call) => completionOf(call, hashes)),
    });
  }
  return lived.reverse();
}

function completionOf(
  { prompt, response, model = "", seed, trace }: StepView["calls"][number],
  hashes: ReadonlyMap<number, string>,
): readonly LivedCompletion[] {
  if (response === undefined) return [];
  const policyHash = trace === undefined ? undefined : hashes.get(trace.version);
  return [{
    prompt,
    response,
    model,
    seed,
    ...(trace === undefined ? {} : { trace }),
    ...(policyHash === undefined ? {} : { policyHash }),
  }];
}
