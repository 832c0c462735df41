import type { z } from "zod";
import type { sampleAnswerSchema, sampleRequestSchema } from "../core/episode.ts";
import { messageOf, VivariumError } from "../core/errors.ts";
import { policyPrompt } from "./policy_prompt.ts";
import type { Completion, CompletionRequest, Model } from "./types.ts";

/** The policy process, as the gateway uses it. */
export interface Sampler {
  sample(
    request: z.infer<typeof sampleRequestSchema>,
  ): Promise<z.infer<typeof sampleAnswerSchema>>;
}

/**
 * The embedded policy as a model. Time-outs and a restart of its process are its keeper's business.
 *
 * @param spec `policy` or `random`
 * @param sampler the policy process
 */
export function policyModel(spec: "policy" | "random", sampler: Sampler): Model {
  return {
    spec,
    complete: async ({ prompt, seed, signal }: CompletionRequest): Promise<Completion> => {
      try {
        const answer = await abandonedBy(
          signal,
          sampler.sample({ prompt: policyPrompt(prompt), seed }),
        );
        const { version, promptIds, ids, logps, text } = answer;
        return {
          text,
          model: `${spec}@${version}`,
          tokens: { prompt: promptIds.length, completion: ids.length },
          trace: { version, promptIds, ids, logps },
        };
      } catch (error) {
        if (error instanceof VivariumError && error.code === "provider") throw error;
        throw new VivariumError("provider", `${spec} has no answer: ${messageOf(error)}`, {
          cause: error,
        });
      }
    },
    close: () => Promise.resolve(),
  };
}

/** The policy finishes what it has begun; who does not want it any more need not wait for it. */
async function abandonedBy<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (signal === undefined) return await work;
  const { promise, reject } = Promise.withResolvers<never>();
  const abandon = (): void => reject(new Error("the call was given up"));
  if (signal.aborted) abandon();
  signal.addEventListener("abort", abandon, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", abandon);
    work.catch(() => {});
  }
}
