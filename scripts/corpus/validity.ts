import { parse } from "acorn";
import { transform } from "sucrase";
import { seededRandom, seedFrom } from "../../src/core/random.ts";
import { type LlamaConfig, LlamaSampler } from "../../src/policy/llama/mod.ts";
import type { PolicyTokenizer } from "../../src/policy/tokenizer.ts";

/** Draws one response a prompt from a policy, at temperature 1. */
export async function sampleResponses(
  config: LlamaConfig,
  parameters: Float32Array,
  tokenizer: PolicyTokenizer,
  prompts: readonly string[],
  seed: number,
): Promise<string[]> {
  const [promptLength, maxTokens] = [96, 96];
  const sampler = await LlamaSampler.create(config, parameters, { promptLength, maxTokens });
  const responses: string[] = [];
  for (let at = 0; at < prompts.length; at += 16) {
    const requests = prompts.slice(at, at + 16).map((prompt, index) => {
      const random = seededRandom(seedFrom("validity", seed, at + index));
      return {
        promptIds: tokenizer.prompt(prompt, promptLength),
        uniforms: Float32Array.from({ length: maxTokens }, () => Math.fround(random.next())),
        temperature: 1,
      };
    });
    const samples = await sampler.sample(requests, tokenizer.special.eos);
    responses.push(...samples.map(({ ids }) => tokenizer.decode(ids)));
  }
  await sampler.dispose();
  return responses;
}

/** Whether a response is the body of an async function. */
export function parses(response: string): boolean {
  const source = /^```\w*\n([\s\S]*?)\n```$/.exec(response)?.[1] ?? response;
  try {
    const body = transform(`async function body() {\n${source}\n}`, {
      transforms: ["typescript"],
      disableESTransforms: true,
    }).code;
    parse(body, { ecmaVersion: "latest" });
    return true;
  } catch {
    return false;
  }
}

/** Share of responses that parse. */
export function shareThatParses(responses: readonly string[]): number {
  return responses.filter(parses).length / responses.length;
}
