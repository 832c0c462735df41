import { VivariumError } from "../core/errors.ts";

/** What `--llm SPEC` names. */
export type ModelSpec =
  | { readonly kind: "policy" | "random" }
  | { readonly kind: "scripted"; readonly file: string }
  | { readonly kind: "ollama" | "openai"; readonly model: string };

const validForms = "policy, random, scripted:FILE, ollama:MODEL or openai:MODEL";

/**
 * Reads a SPEC.
 *
 * @param spec as a person wrote it
 * @throws {VivariumError} `bad-usage`, with the valid forms as its hint
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * assertEquals(parseModelSpec("ollama:qwen3:4b"), { kind: "ollama", model: "qwen3:4b" });
 * ```
 */
export function parseModelSpec(spec: string): ModelSpec {
  if (spec === "policy" || spec === "random") return { kind: spec };
  const colon = spec.indexOf(":");
  const kind = spec.slice(0, colon);
  const rest = spec.slice(colon + 1);
  if (colon > 0 && rest.trim() !== "") {
    if (kind === "scripted") return { kind, file: rest };
    if (kind === "ollama" || kind === "openai") return { kind, model: rest };
  }
  throw new VivariumError("bad-usage", `cannot use the model '${spec}': no such model`, {
    hint: `the model must be one of ${validForms}`,
  });
}
