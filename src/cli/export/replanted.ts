import { z } from "zod";
import { type Episode, episodeSchema } from "../../core/episode.ts";
import { VivariumError } from "../../core/errors.ts";

/** A line of `export episodes --format native`, as far as a trainer needs it. */
const lineSchema = z.object({
  id: z.string(),
  agent: z.string(),
  life: z.int(),
  end: z.enum(["death", "truncated", "open"]),
  cause: z.string().nullable(),
  owner: z.enum(["agent", "infrastructure", "operator"]).nullable(),
  steps: z.array(z.object({
    step: z.int(),
    reward: z.number(),
    completions: z.array(z.object({ trace: z.unknown() })),
  })),
});

/**
 * A line of exported lives as the trainer takes it.
 *
 * @param text the line
 * @param place which line, for messages
 * @returns undefined for a life that teaches nothing: still lived, without a step, or by another model
 * @throws {VivariumError} `bad-usage` for a line that is no exported life
 */
export function episodeOfLine(text: string, place: string): Episode | undefined {
  try {
    const { id, agent, life, end, cause, owner, steps } = lineSchema.parse(JSON.parse(text));
    const drawn = steps.map(({ step, reward, completions }) => ({
      step,
      reward,
      completions: completions.flatMap(({ trace }) => trace === undefined ? [] : [trace]),
    }));
    if (end === "open" || !drawn.some(({ completions }) => completions.length > 0)) {
      return undefined;
    }
    return episodeSchema.parse({
      id,
      agent,
      life,
      end,
      ...(cause === null ? {} : { cause }),
      ...(owner === null ? {} : { owner }),
      steps: drawn,
    });
  } catch (cause) {
    throw new VivariumError("bad-usage", `cannot train: ${place} is no exported life`, {
      hint: "the file must come from 'vivarium export episodes', in the native format",
      cause,
    });
  }
}
