import { type Clock, systemClock } from "../core/clock.ts";
import { messageOf, VivariumError } from "../core/errors.ts";
import { ollamaModel } from "./ollama.ts";
import { openaiModel } from "./openai.ts";
import { policyModel, type Sampler } from "./policy.ts";
import type { ModelLimits } from "./remote.ts";
import { parseScript, scriptedModel } from "./scripted.ts";
import { type ModelSpec, parseModelSpec } from "./spec.ts";
import type { Model } from "./types.ts";

/** What models need of the outside. */
export interface ModelDeps {
  /** The policy process; needed for `policy` and `random`. */
  readonly sampler?: Sampler;
  /** Reads a script. @default Deno.readTextFileSync */
  readonly readText?: (path: string) => string;
  /** `OPENAI_API_KEY`, `OPENAI_BASE_URL` and `OLLAMA_HOST`. @default Deno.env.get */
  readonly env?: (name: string) => string | undefined;
  /** Measures time limits and waits. @default the machine's clock */
  readonly clock?: Clock;
  /** Time limits and retries of models behind a network. */
  readonly limits?: ModelLimits;
}

/**
 * Makes the model that a SPEC names. What can be wrong from the start is refused here, not at the
 * first step.
 *
 * @throws {VivariumError} `bad-usage` for a bad SPEC or a missing key, `script` for a bad script
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const model = createModel("scripted:hello.jsonl", {
 *   readText: () => '{"response": "return 1;"}',
 * });
 * const request = { agent: "ada", life: 1, step: 1, call: 0, prompt: "", seed: 1 };
 * assertEquals((await model.complete(request)).text, "return 1;");
 * ```
 */
export function createModel(spec: string | ModelSpec, deps: ModelDeps): Model {
  const parsed = typeof spec === "string" ? parseModelSpec(spec) : spec;
  const env = (name: string): string | undefined => {
    const value = (deps.env ?? Deno.env.get)(name);
    return value === undefined || value.trim() === "" ? undefined : value;
  };
  const remote = { clock: deps.clock ?? systemClock, limits: deps.limits };
  switch (parsed.kind) {
    case "policy":
    case "random":
      if (deps.sampler === undefined) {
        throw new VivariumError("internal", `cannot make '${parsed.kind}': no policy process`);
      }
      return policyModel(parsed.kind, deps.sampler);
    case "scripted": {
      const { file } = parsed;
      const text = readScript(file, deps.readText ?? Deno.readTextFileSync);
      return scriptedModel(`scripted:${file}`, parseScript(file, text));
    }
    case "ollama":
      return ollamaModel({ ...remote, model: parsed.model, host: env("OLLAMA_HOST") });
    case "openai":
      return openaiModel({
        ...remote,
        model: parsed.model,
        baseUrl: env("OPENAI_BASE_URL"),
        apiKey: env("OPENAI_API_KEY"),
      });
  }
}

function readScript(file: string, readText: (path: string) => string): string {
  try {
    return readText(file);
  } catch (error) {
    throw new VivariumError("script", `cannot read the script '${file}': ${messageOf(error)}`, {
      hint: "the file must be there and readable: JSON lines, one response a line",
      cause: error,
    });
  }
}
