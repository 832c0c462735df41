import { VivariumError } from "../core/errors.ts";

/** Who writes the responses, as `--llm` says it. */
export type ModelSpec =
  | { readonly kind: "policy" | "random" }
  | { readonly kind: "scripted"; readonly file: string }
  | { readonly kind: "ollama" | "openai"; readonly model: string };

/**
 * Reads a SPEC.
 *
 * @param spec `policy`, `random`, `scripted:FILE`, `ollama:MODEL` or `openai:MODEL`
 * @throws {VivariumError} `bad-usage` for anything else
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
  const [kind, rest] = colon < 0 ? [spec, ""] : [spec.slice(0, colon), spec.slice(colon + 1)];
  if (rest !== "") {
    if (kind === "scripted") return { kind, file: rest };
    if (kind === "ollama" || kind === "openai") return { kind, model: rest };
  }
  throw new VivariumError("bad-usage", `cannot use the model '${spec}'`, {
    hint: "one of: policy, random, scripted:FILE, ollama:MODEL, openai:MODEL",
  });
}
