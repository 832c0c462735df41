import { type LlamaConfig, LlamaSampler, type Sample, type SampleRequest } from "../llama/mod.ts";

/** Longest prompt in tokens, `bos` and separator included; a longer one loses its beginning. */
export const promptLength = 96;
/** Longest response in tokens, `eos` included. */
export const maxTokens = 96;

/** What the sampling Worker can be asked. */
export interface SamplerCalls {
  /** Takes a version's weights; samples from then on are its. */
  load(input: {
    readonly version: number;
    readonly config: LlamaConfig;
    readonly parameters: Float32Array<ArrayBuffer>;
  }): Promise<void>;
  /** Draws responses, all from one version. */
  sample(input: {
    readonly requests: readonly SampleRequest[];
    readonly stopId: number;
  }): Promise<{ readonly version: number; readonly samples: readonly Sample[] }>;
}

/** The sampling Worker's functions. Runs block its thread, which is why it is a Worker. */
export function samplerCalls(): SamplerCalls {
  let loaded: { version: number; sampler: LlamaSampler } | undefined;
  return {
    async load({ version, config, parameters }) {
      if (loaded === undefined) {
        const sampler = await LlamaSampler.create(config, parameters, { promptLength, maxTokens });
        loaded = { version, sampler };
        return;
      }
      await loaded.sampler.setParameters(parameters);
      loaded = { ...loaded, version };
    },
    async sample({ requests, stopId }) {
      if (loaded === undefined) throw new RangeError("no weights have been loaded");
      return { version: loaded.version, samples: await loaded.sampler.sample(requests, stopId) };
    },
  };
}
