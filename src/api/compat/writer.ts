import type { PolicyStatus, PolicyVersion } from "../../core/episode.ts";
import { VivariumError } from "../../core/errors.ts";
import { seedFrom } from "../../core/random.ts";
import { policyPrompt } from "../../llm/mod.ts";
import { untilClosing } from "../closing.ts";
import type { ApiContext } from "../context.ts";
import type { ApiPolicy } from "../house.ts";

/** The most texts that one request may ask for. */
export const maxTexts = 16;

/** The sampler divides by the temperature; at this one the likeliest token is all but certain. */
const leastTemperature = 0.01;
/** More than any sampler writes; where it stops is the policy's business. */
const mostTokens = 4096;

/** What is to be written. What is not given is the policy's own: temperature 1, a drawn seed. */
export interface WriteRequest {
  readonly prompts: readonly string[];
  /** Texts for each prompt. @default 1 */
  readonly count?: number | undefined;
  readonly seed?: number | undefined;
  readonly temperature?: number | undefined;
  readonly maxTokens?: number | undefined;
  /** A text ends before the first of these. */
  readonly stop?: readonly string[] | undefined;
}

/** A text that the policy wrote. */
export interface Written {
  /** Which prompt it is for. */
  readonly prompt: number;
  readonly text: string;
  readonly finish: "stop" | "length";
  /** Tokens of the prompt that were read, and tokens that were drawn. */
  readonly tokens: { readonly prompt: number; readonly completion: number };
  /** Version of the policy. */
  readonly version: number;
}

/** The one model that a house with a policy has. */
export interface ModelFacts {
  /** `policy`, or `random` where the weights are. */
  readonly name: "policy" | "random";
  readonly status: PolicyStatus;
  readonly version: PolicyVersion | undefined;
}

/** The embedded policy, for whoever is no agent. */
export interface PolicyWriter {
  /** The model, or nothing where an outside model or a script writes the responses. */
  model(): Promise<ModelFacts | undefined>;
  /** @throws {VivariumError} `not-found` where this house has no model of that name */
  named(name: string): Promise<ModelFacts>;
  /**
   * @returns the texts of each prompt, prompt by prompt
   * @throws {VivariumError} `not-found` for another model; `overloaded`, `provider`, `unavailable`
   */
  write(model: string, request: WriteRequest): Promise<readonly Written[]>;
}

/** Writes by the house's policy process. */
export function policyWriter({ house, closing }: ApiContext): PolicyWriter {
  const { policy } = house;

  const facts = async (from: ApiPolicy): Promise<ModelFacts> => {
    const [status, versions] = await untilClosing(
      closing,
      from.call((client) => Promise.all([client.status(), client.versions()])),
    );
    return {
      name: status.kind === "random" ? "random" : "policy",
      status,
      version: versions.find(({ version }) => version === status.version),
    };
  };

  const find = async (name: string): Promise<{ from: ApiPolicy; model: ModelFacts }> => {
    const model = policy === null ? undefined : await facts(policy);
    if (policy !== null && model?.name === name) return { from: policy, model };
    throw new VivariumError("not-found", `the model '${name}' is not here`, {
      hint: model === undefined
        ? "this house runs without the embedded policy: start it with --llm policy"
        : `this house has '${model.name}'`,
      data: { param: "model" },
    });
  };

  return {
    model: async () => policy === null ? undefined : await facts(policy),
    named: async (name) => (await find(name)).model,
    async write(name, { prompts, count = 1, ...how }) {
      const { from } = await find(name);
      const seed = how.seed === undefined ? drawSeed() : how.seed >>> 0;
      const orders = prompts.flatMap((text, prompt) =>
        Array.from({ length: count }, (_, index) => ({ text, prompt, index }))
      );
      return await untilClosing(
        closing,
        Promise.all(orders.map(async ({ text, prompt, index }) => {
          const answer = await from.call((client) =>
            client.sample({
              prompt: policyPrompt(text),
              // The first text has the seed itself: what an agent with that seed would be answered.
              seed: index === 0 ? seed : seedFrom(seed, "text", index),
              temperature: Math.max(how.temperature ?? 1, leastTemperature),
              ...(how.maxTokens === undefined
                ? {}
                : { maxTokens: Math.min(how.maxTokens, mostTokens) }),
            })
          );
          const { version, promptIds, ids } = answer;
          const tokens = { prompt: promptIds.length, completion: ids.length };
          return { prompt, version, tokens, ...cut(answer, how.stop ?? []) };
        })),
      );
    },
  };
}

/**
 * A text in pieces of a word each, for clients that stream. The policy writes a response in one run of
 * one graph, so they all come at once.
 */
export function pieces(text: string): string[] {
  return text.match(/\s*\S+|\s+$/g) ?? [];
}

function cut(
  { text, finish }: { readonly text: string; readonly finish: "stop" | "length" },
  stops: readonly string[],
): Pick<Written, "text" | "finish"> {
  const places = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  return places.length === 0
    ? { text, finish }
    : { text: text.slice(0, Math.min(...places)), finish: "stop" };
}

function drawSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}
