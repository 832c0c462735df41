import { z } from "@hono/zod-openapi";
import { maxTexts } from "./writer.ts";

/** A setting that the policy's sampler has not, so that only its neutral value can be honoured. */
function neutral(value: string | number | boolean): z.ZodType {
  return z.literal(value, { error: `the policy cannot do this: leave it out, or ${value}` })
    .nullish()
    .openapi({ description: `not supported; ${value} or nothing` });
}

/** A list or an object that must be empty, for the same reason. */
const nothing = z.union([z.array(z.unknown()).max(0), z.strictObject({}), z.null()], {
  error: "the policy cannot do this: leave it out",
}).optional().openapi({ type: ["array", "object", "null"], description: "not supported" });

const shared = {
  model: z.string().openapi({ description: "as `/v1/models` names it", example: "policy" }),
  max_tokens: z.int().min(1).nullish().openapi({
    description: "at most 96 are written, whatever is asked",
  }),
  temperature: z.number().min(0).max(2).nullish().openapi({
    description: "[1]; below 0.01 it is 0.01",
  }),
  seed: z.int().nullish().openapi({
    description: "its low 32 bits make the text repeatable [drawn]",
  }),
  stop: z.union([z.string().min(1), z.array(z.string().min(1)).max(4)]).nullish(),
  n: z.int().min(1).max(maxTexts).nullish().openapi({ description: "texts for each prompt [1]" }),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).nullish(),
  top_p: neutral(1),
  frequency_penalty: neutral(0),
  presence_penalty: neutral(0),
  logit_bias: nothing,
};

const partSchema = z.looseObject({
  type: z.literal("text", { error: "the policy reads text only" }),
  text: z.string(),
});

const messageSchema = z.looseObject({
  role: z.enum(["system", "developer", "user", "assistant", "tool", "function"]),
  content: z.union([z.string(), z.array(partSchema)]).nullish(),
});

/** Body of `POST /v1/chat/completions`. What is not named here is ignored. */
export const chatSchema = z.looseObject({
  ...shared,
  messages: z.array(messageSchema).min(1).openapi({
    description: "the policy reads the last one that is not the system's",
  }),
  max_completion_tokens: shared.max_tokens,
  logprobs: neutral(false),
  tools: nothing,
  functions: nothing,
  response_format: z.looseObject({
    type: z.literal("text", { error: "the policy writes text only" }),
  }).nullish(),
}).openapi("ChatCompletionRequest", {
  example: { model: "policy", messages: [{ role: "user", content: "Change your state." }] },
});

/** Body of `POST /v1/completions`. What is not named here is ignored. */
export const completionSchema = z.looseObject({
  ...shared,
  prompt: z.union([z.string(), z.array(z.string()).min(1).max(maxTexts)], {
    error: "must be a text, or a list of texts: token ids are not taken",
  }),
  best_of: neutral(1),
  echo: neutral(false),
  logprobs: z.null({ error: "the policy cannot do this: leave it out" }).optional(),
  suffix: z.union([z.literal(""), z.null()], {
    error: "the policy cannot do this: leave it out",
  }).optional(),
}).openapi("CompletionRequest", { example: { model: "policy", prompt: "Change your state." } });

const usageSchema = z.object({
  prompt_tokens: z.int(),
  completion_tokens: z.int(),
  total_tokens: z.int(),
}).openapi("Usage");

const finishSchema = z.enum(["stop", "length"]);
const head = {
  id: z.string(),
  created: z.int().openapi({ description: "seconds since 1970" }),
  model: z.string(),
  system_fingerprint: z.string().openapi({ description: "the version that wrote: `policy@3`" }),
};

/** Answer of `POST /v1/chat/completions`. */
export const chatAnswerSchema = z.object({
  ...head,
  object: z.literal("chat.completion"),
  choices: z.array(z.object({
    index: z.int(),
    message: z.object({ role: z.literal("assistant"), content: z.string(), refusal: z.null() }),
    logprobs: z.null(),
    finish_reason: finishSchema,
  })),
  usage: usageSchema,
}).openapi("ChatCompletion");

/** Answer of `POST /v1/completions`. */
export const completionAnswerSchema = z.object({
  ...head,
  object: z.literal("text_completion"),
  choices: z.array(z.object({
    index: z.int(),
    text: z.string(),
    logprobs: z.null(),
    finish_reason: finishSchema,
  })),
  usage: usageSchema,
}).openapi("TextCompletion");

/** A model. */
export const modelSchema = z.object({
  id: z.string(),
  object: z.literal("model"),
  created: z.int(),
  owned_by: z.literal("vivarium"),
}).openapi("Model");

/** Answer of `GET /v1/models`. */
export const modelsSchema = z.object({ object: z.literal("list"), data: z.array(modelSchema) })
  .openapi("Models");

/** Every error on these paths. */
export const openaiErrors = {
  default: {
    description: "what is wrong, as OpenAI says it",
    content: {
      "application/json": {
        schema: z.object({
          error: z.object({
            message: z.string(),
            type: z.string(),
            param: z.string().nullable(),
            code: z.string().nullable(),
          }),
        }).openapi("OpenAIError"),
      },
    },
  },
} as const;
