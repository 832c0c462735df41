import type { z } from "zod";
import type { sampleAnswerSchema, sampleRequestSchema } from "../core/episode.ts";
import { messageOf, VivariumError } from "../core/errors.ts";
import type { Completion, CompletionRequest, Model } from "./types.ts";

/** Draws a response from the embedded policy: the policy process, or what stands before it. */
export interface Sampler {
  sample(
    request: z.infer<typeof sampleRequestSchema>,
  ): Promise<z.infer<typeof sampleAnswerSchema>>;
}

/**
 * The embedded policy as a model: the query is the whole prompt, and the seed makes the answer
 * repeatable for a given version.
 *
 * @param spec `policy` or `random`; the weights are the policy process's business
 * @param sampler where responses are drawn
 */
export function policyModel(spec: "policy" | "random", sampler: Sampler): Model {
  return {
    spec,
    async complete({ prompt, seed }: CompletionRequest): Promise<Completion> {
      try {
        const { text, version, promptIds, ids, logps } = await sampler.sample({ prompt, seed });
        return {
          text,
          model: `${spec}@${version}`,
          tokens: { prompt: promptIds.length, completion: ids.length },
          trace: { version, promptIds, ids, logps },
        };
      } catch (cause) {
        if (cause instanceof VivariumError && cause.code === "provider") throw cause;
        throw new VivariumError("provider", `no answer from the policy: ${messageOf(cause)}`, {
          cause,
        });
      }
    },
    close: () => Promise.resolve(),
  };
}
