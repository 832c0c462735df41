/**
 * The gateway to whatever writes responses: the embedded policy, a script, Ollama, OpenAI.
 *
 * It knows how to ask and what went wrong; it does not know what an agent does with an answer, and it
 * holds no weights. The house comes in to make a model from a SPEC; the supervisor uses it by its
 * interface.
 *
 * @module
 */
import type { Clock } from "../core/clock.ts";
import { ollamaModel } from "./ollama.ts";
import { openAiModel } from "./openai.ts";
import { policyModel, type Sampler } from "./policy.ts";
import { defaultProviderLimits, type ProviderLimits } from "./provider.ts";
import { readScript, scriptedModel } from "./scripted.ts";
import { parseModelSpec } from "./spec.ts";
import type { Model } from "./types.ts";

export {
  type Completion,
  type CompletionRequest,
  EndOfScript,
  type Model,
  type PolicyTrace,
} from "./types.ts";
export { type ModelSpec, parseModelSpec } from "./spec.ts";
export { parseScript, type Script, scriptedModel } from "./scripted.ts";
export type { Sampler } from "./policy.ts";
export { defaultProviderLimits, type ProviderLimits } from "./provider.ts";

/** What a model may need, by its kind. */
export interface ModelPowers {
  /** Where `policy` and `random` draw. */
  readonly sampler?: Sampler;
  /** Reads `OPENAI_BASE_URL`, `OPENAI_API_KEY` and `OLLAMA_HOST`. */
  readonly env: (name: string) => string | undefined;
  readonly clock: Clock;
  readonly limits?: ProviderLimits;
}

/**
 * Makes the model that a SPEC names.
 *
 * @param spec `policy`, `random`, `scripted:FILE`, `ollama:MODEL` or `openai:MODEL`
 * @param powers what it may need
 * @throws {VivariumError} `bad-usage` for a bad SPEC or a missing key, `script` for a bad script
 */
export async function createModel(spec: string, powers: ModelPowers): Promise<Model> {
  const parsed = parseModelSpec(spec);
  const limits = powers.limits ?? defaultProviderLimits;
  switch (parsed.kind) {
    case "policy":
    case "random": {
      if (powers.sampler === undefined) throw new TypeError(`'${spec}' needs a sampler`);
      return policyModel(parsed.kind, powers.sampler);
    }
    case "scripted":
      return scriptedModel(spec, await readScript(parsed.file));
    case "ollama": {
      const host = powers.env("OLLAMA_HOST");
      return ollamaModel(spec, parsed.model, {
        ...limits,
        clock: powers.clock,
        ...(host === undefined ? {} : { host }),
      });
    }
    case "openai": {
      const baseUrl = powers.env("OPENAI_BASE_URL");
      const apiKey = powers.env("OPENAI_API_KEY");
      return openAiModel(spec, parsed.model, {
        ...limits,
        ...(baseUrl === undefined ? {} : { baseUrl }),
        ...(apiKey === undefined ? {} : { apiKey }),
      });
    }
  }
}
