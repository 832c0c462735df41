import { type LlamaConfig, LlamaSampler, type SampleRequest } from "../llama/mod.ts";
import type { CallLine } from "./calls.ts";
import { ContinuousSampling, type VersionedSample } from "./continuous.ts";

/** Longest prompt in tokens, `bos` and separator included; a longer one loses its beginning. */
export const promptLength = 96;
/** Longest response in tokens, `eos` included. */
export const maxTokens = 96;
/** Most responses that are written at the same time. */
const mostRows = 64;

/** What the sampling Worker can be asked; any number of calls at a time. */
export interface SamplerCalls {
  /** Takes a version's weights; samples that are asked for from then on are its. */
  load(input: {
    readonly version: number;
    readonly config: LlamaConfig;
    readonly parameters: Float32Array<ArrayBuffer>;
  }): Promise<void>;
  /** Draws a response. Its parts are the ids that came since the last; abandoned, it makes room. */
  sample(
    input: { readonly request: SampleRequest; readonly stopId: number },
    line: CallLine<readonly number[]>,
  ): Promise<VersionedSample>;
}

/** The sampling Worker's functions. Runs block its thread, which is why it is a Worker. */
export function samplerCalls(): SamplerCalls {
  const sampling = new ContinuousSampling<LlamaSampler>(mostRows);
  return {
    load: ({ version, config, parameters }) =>
      sampling.swap(version, async (sampler) => {
        if (sampler === undefined) {
          return await LlamaSampler.create(config, parameters, { promptLength, maxTokens });
        }
        await sampler.setParameters(parameters);
        return sampler;
      }),
    sample: ({ request, stopId }, line) => sampling.sample(request, stopId, line),
  };
}
