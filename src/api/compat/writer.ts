import type { PolicyStatus, PolicyVersion } from "../../core/episode.ts";
import { VivariumError } from "../../core/errors.ts";
import { seedFrom } from "../../core/random.ts";
import { policyPrompt } from "../../llm/mod.ts";
import { untilClosing } from "../closing.ts";
import type { ApiContext } from "../context.ts";
import type { ApiPolicy } from "../house.ts";
import { ToldText } from "./told_text.ts";

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

/** Who waits for texts. */
export interface Hearing {
  /** Aborted when nobody wants them any more: their rows are free then. */
  readonly signal: AbortSignal;
  /**
   * Hears each piece as it is drawn.
   *
   * @param index of the text, among all that were asked for
   */
  readonly onPiece?: (index: number, piece: string) => void;
}

/** The embedded policy, for whoever is no agent. */
export interface PolicyWriter {
  /** The model, or nothing where an outside model or a script writes the responses. */
  model(): Promise<ModelFacts | undefined>;
  /** @throws {VivariumError} `not-found` where this house has no model of that name */
  named(name: string): Promise<ModelFacts>;
  /**
   * @param hearing who hears pieces of the texts as they are drawn, and when nobody wants them any more
   * @returns the texts of each prompt, prompt by prompt
   * @throws {VivariumError} `not-found` for another model; `overloaded`, `provider`, `unavailable`
   */
  write(model: string, request: WriteRequest, hearing: Hearing): Promise<readonly Written[]>;
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
    async write(name, { prompts, count = 1, ...how }, { signal, onPiece }) {
      const { from } = await find(name);
      const seed = how.seed === undefined ? drawSeed() : how.seed >>> 0;
      const orders = prompts.flatMap((text, prompt) =>
        Array.from({ length: count }, (_, index) => ({ text, prompt, index }))
      );
      return await untilClosing(
        closing,
        Promise.all(orders.map(async ({ text, prompt, index }, place) => {
          const request = {
            prompt: policyPrompt(text),
            // The first text has the seed itself: what an agent with that seed would be answered.
            seed: index === 0 ? seed : seedFrom(seed, "text", index),
            temperature: Math.max(how.temperature ?? 1, leastTemperature),
            ...(how.maxTokens === undefined
              ? {}
              : { maxTokens: Math.min(how.maxTokens, mostTokens) }),
          };
          const told = new ToldText(how.stop ?? [], (piece) => onPiece?.(place, piece));
          const answer = await from.call((client) => {
            if (signal.aborted) throw nobodyWaits();
            if (onPiece === undefined) return client.sample(request, signal);
            // After a restart of the policy's process it begins anew, with the same seed.
            const again = told.again();
            return client.sampleParts(request, (piece) => again.hear(piece), signal);
          }).catch((error) => {
            throw signal.aborted ? nobodyWaits() : error;
          });
          const { version, promptIds, ids } = answer;
          const tokens = { prompt: promptIds.length, completion: ids.length };
          const written = cut(answer, how.stop ?? []);
          told.end(written.text);
          return { prompt, version, tokens, ...written };
        })),
      );
    },
  };
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

/** For whoever has gone: nobody reads it. Not `unavailable`, which would be tried again. */
function nobodyWaits(): VivariumError {
  return new VivariumError("timeout", "nobody waits for this answer any more");
}

function drawSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}
