import { messageOf, VivariumError } from "../core/errors.ts";
import { type CompletionRequest, EndOfScript, type Model } from "./types.ts";

/**
 * A model that somebody else made, held to the rule of all models: what goes wrong in it is the
 * provider's, never the agent's that asked.
 */
export function guardedModel(model: Model): Model {
  async function guarded<T>(call: () => T | Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof EndOfScript) throw error;
      if (error instanceof VivariumError && error.code === "provider") throw error;
      throw new VivariumError("provider", `${model.spec} has no answer: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }
  return {
    spec: model.spec,
    ready: () => guarded(() => model.ready?.()),
    complete: (request: CompletionRequest) => guarded(() => model.complete(request)),
    close: () => model.close(),
  };
}
