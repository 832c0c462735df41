import { messageOf, VivariumError } from "../core/errors.ts";
import { type Completion, type CompletionRequest, EndOfScript, type Model } from "./types.ts";

/**
 * A model that somebody else made, held to the rule of all models: what goes wrong in it is the
 * provider's, never the agent's that asked.
 */
export function guardedModel(model: Model): Model {
  return {
    spec: model.spec,
    async complete(request: CompletionRequest): Promise<Completion> {
      try {
        return await model.complete(request);
      } catch (error) {
        if (error instanceof EndOfScript) throw error;
        if (error instanceof VivariumError && error.code === "provider") throw error;
        throw new VivariumError("provider", `${model.spec} has no answer: ${messageOf(error)}`, {
          cause: error,
        });
      }
    },
    close: () => model.close(),
  };
}
