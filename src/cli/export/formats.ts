import { systemPrompt } from "../../llm/mod.ts";
import type { LivedEpisode } from "./episodes.ts";

/**
 * The formats of exported episodes, one JSON object a line.
 *
 * - `native`: a life a line, with everything: token ids, texts, log-probabilities as they were drawn,
 *   reward terms, returns, the policy's hash, seeds. (Advantages are the trainer's, of a batch.)
 * - `trl-*`: the dataset types of Hugging Face's TRL, standard format
 *   (https://huggingface.co/docs/trl/dataset_formats): `prompt`, `sft`, `dpo`, `kto`.
 * - `openai-*`: fine-tuning files (https://platform.openai.com/docs/guides/fine-tuning): `sft`, `dpo`,
 *   `rft`, with the system prompt that outside models are given.
 *
 * What an agent answered with in a step that it survived is good; the answer that was executed when it
 * died, by its own doing, is bad; all else (deaths by infrastructure or operator) says nothing.
 */
export const episodeFormats = {
  native: "whole lives",
  "trl-prompt": "prompts, each once",
  "trl-sft": "prompt and completion, of what was survived",
  "trl-dpo": "prompt, chosen and rejected",
  "trl-kto": "prompt, completion and label: survived or died",
  "openai-sft": "messages, of what was survived",
  "openai-dpo": "input, preferred_output and non_preferred_output",
  "openai-rft": "messages, with a response that was survived for reference",
} as const;

/** A format of exported episodes. */
export type EpisodeFormat = keyof typeof episodeFormats;

/** An answer that a life hung on. */
interface Judged {
  readonly prompt: string;
  readonly response: string;
  readonly good: boolean;
}

/**
 * Episodes in a format.
 *
 * @param format which
 * @param episodes lives
 * @returns objects, one for each line
 */
export async function* inFormat(
  format: EpisodeFormat,
  episodes: AsyncIterable<LivedEpisode>,
): AsyncGenerator<object> {
  switch (format) {
    case "native":
      yield* episodes;
      return;
    case "trl-prompt":
      for await (const prompt of prompts(episodes)) yield { prompt };
      return;
    case "trl-sft":
      for await (const { prompt, response: completion, good } of judged(episodes)) {
        if (good) yield { prompt, completion };
      }
      return;
    case "trl-kto":
      for await (const { prompt, response: completion, good: label } of judged(episodes)) {
        yield { prompt, completion, label };
      }
      return;
    case "trl-dpo":
      for (const { prompt, good, bad } of await pairs(episodes)) {
        yield { prompt, chosen: good, rejected: bad };
      }
      return;
    case "openai-sft":
      for await (const { prompt, response, good } of judged(episodes)) {
        if (good) yield { messages: [...asked(prompt), answer(response)] };
      }
      return;
    case "openai-dpo":
      for (const { prompt, good, bad } of await pairs(episodes)) {
        yield {
          input: { messages: asked(prompt) },
          preferred_output: [answer(good)],
          non_preferred_output: [answer(bad)],
        };
      }
      return;
    case "openai-rft":
      for (const [prompt, { good: [reference] }] of await byPrompt(episodes)) {
        if (reference === undefined) continue;
        yield { messages: asked(prompt), reference_response: reference };
      }
      return;
  }
}

/** Every answer that survived or killed, in order. */
async function* judged(episodes: AsyncIterable<LivedEpisode>): AsyncGenerator<Judged> {
  for await (const { steps, owner } of episodes) {
    for (const { lived, completions } of steps) {
      if (lived) {
        for (const { prompt, response } of completions) yield { prompt, response, good: true };
        continue;
      }
      // Answers before the last one were executed, or not; only the last one surely killed.
      const last = completions.at(-1);
      if (owner !== "agent" || last === undefined) continue;
      yield { prompt: last.prompt, response: last.response, good: false };
    }
  }
}

async function* prompts(episodes: AsyncIterable<LivedEpisode>): AsyncGenerator<string> {
  const seen = new Set<string>();
  for await (const { steps } of episodes) {
    for (const { prompt } of steps.flatMap(({ completions }) => completions)) {
      if (seen.has(prompt)) continue;
      seen.add(prompt);
      yield prompt;
    }
  }
}

/** Distinct answers to each prompt; one that both survived and killed is neither. */
async function byPrompt(
  episodes: AsyncIterable<LivedEpisode>,
): Promise<ReadonlyMap<string, { readonly good: string[]; readonly bad: string[] }>> {
  const answers = new Map<string, { good: Set<string>; bad: Set<string> }>();
  for await (const { prompt, response, good } of judged(episodes)) {
    const of = answers.get(prompt) ?? { good: new Set(), bad: new Set() };
    answers.set(prompt, of);
    of[good ? "good" : "bad"].add(response);
  }
  return new Map(
    [...answers].map(([prompt, { good, bad }]) => [prompt, {
      good: [...good.difference(bad)],
      bad: [...bad.difference(good)],
    }]),
  );
}

/** Each deadly answer beside one to the same prompt that was survived, no good one twice in a row. */
async function pairs(
  episodes: AsyncIterable<LivedEpisode>,
): Promise<readonly { readonly prompt: string; readonly good: string; readonly bad: string }[]> {
  return [...await byPrompt(episodes)].flatMap(([prompt, { good, bad }]) =>
    bad.flatMap((deadly, index) => {
      const survived = good[index % Math.max(1, good.length)];
      return survived === undefined ? [] : [{ prompt, good: survived, bad: deadly }];
    })
  );
}

function asked(prompt: string): readonly { readonly role: string; readonly content: string }[] {
  return [{ role: "system", content: systemPrompt }, { role: "user", content: prompt }];
}

function answer(content: string): { readonly role: "assistant"; readonly content: string } {
  return { role: "assistant", content };
}
