/**
 * The embedded policy behind the endpoints that OpenAI's and Ollama's clients know. Nothing that is
 * asked here is recorded, and nothing of it is learnt from. The API's app comes in.
 */
import type { ApiContext } from "../context.ts";
import { ollamaRoutes } from "./ollama.ts";
import { openaiRoutes } from "./openai.ts";
import { policyWriter } from "./writer.ts";

export { compatErrors } from "./errors.ts";

/**
 * Hangs up the compatible endpoints.
 *
 * @param version of Vivarium, which Ollama's clients ask for
 */
export function compatRoutes(context: ApiContext, version: string): void {
  const writer = policyWriter(context);
  openaiRoutes(context, writer);
  ollamaRoutes(context, writer, version);
}
