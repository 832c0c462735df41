import { z } from "@hono/zod-openapi";

const none = { error: "the policy cannot do this: leave it out" };

const shared = {
  model: z.string().openapi({ description: "as `/api/tags` names it", example: "policy" }),
  stream: z.boolean().optional().openapi({ description: "[true]" }),
  options: z.looseObject({
    seed: z.int().optional().openapi({ description: "its low 32 bits count [drawn]" }),
    temperature: z.number().min(0).max(10).optional().openapi({
      description: "[1]; below 0.01 it is 0.01",
    }),
    num_predict: z.int().optional().openapi({
      description: "at most 96 are written, whatever is asked",
    }),
    stop: z.union([z.string().min(1), z.array(z.string().min(1)).max(16)]).optional(),
  }).nullish().openapi({ description: "others than these are ignored" }),
  format: z.union([z.literal(""), z.null()], none).optional(),
};

const imagesSchema = z.array(z.unknown()).max(0, none).nullish();

/** Body of `POST /api/generate`. What is not named here is ignored. */
export const generateSchema = z.looseObject({
  ...shared,
  prompt: z.string().optional(),
  suffix: z.union([z.literal(""), z.null()], none).optional(),
  images: imagesSchema,
}).openapi("OllamaGenerate", {
  example: { model: "policy", prompt: "Change your state.", stream: false },
});

/** Body of `POST /api/chat`. What is not named here is ignored. */
export const ollamaChatSchema = z.looseObject({
  ...shared,
  messages: z.array(z.looseObject({
    role: z.enum(["system", "user", "assistant", "tool"]),
    content: z.string(),
    images: imagesSchema,
  })).optional().openapi({ description: "the policy reads the last one that is not the system's" }),
  tools: z.array(z.unknown()).max(0, none).nullish(),
}).openapi("OllamaChat", {
  example: {
    model: "policy",
    messages: [{ role: "user", content: "Change your state." }],
    stream: false,
  },
});

const lastSchema = {
  model: z.string(),
  created_at: z.string(),
  done: z.boolean(),
  done_reason: z.enum(["stop", "length", "load"]).optional(),
  total_duration: z.int().optional().openapi({ description: "nanoseconds" }),
  load_duration: z.int().optional(),
  prompt_eval_count: z.int().optional(),
  prompt_eval_duration: z.int().optional().openapi({
    description: "0: prompt and response are one run, counted in eval_duration",
  }),
  eval_count: z.int().optional(),
  eval_duration: z.int().optional(),
};

/** Answer of `POST /api/generate`, or one line of it. */
export const generatedSchema = z.object({ ...lastSchema, response: z.string() })
  .openapi("OllamaGenerated");

/** Answer of `POST /api/chat`, or one line of it. */
export const ollamaChattedSchema = z.object({
  ...lastSchema,
  message: z.object({ role: z.literal("assistant"), content: z.string() }),
}).openapi("OllamaChatted");

const detailsSchema = z.object({
  parent_model: z.string(),
  format: z.string(),
  family: z.string(),
  families: z.array(z.string()),
  parameter_size: z.string(),
  quantization_level: z.string(),
}).openapi("OllamaDetails");

/** Answer of `GET /api/tags`. */
export const tagsSchema = z.object({
  models: z.array(z.object({
    name: z.string(),
    model: z.string(),
    modified_at: z.string(),
    size: z.int(),
    digest: z.string(),
    details: detailsSchema,
  })),
}).openapi("OllamaTags");

/** Body of `POST /api/show`. */
export const showSchema = z.looseObject({
  model: z.string().optional(),
  name: z.string().optional().openapi({ description: "the same, for older clients" }),
}).openapi("OllamaShow", { example: { model: "policy" } });

/** Answer of `POST /api/show`. */
export const shownSchema = z.object({
  modelfile: z.string(),
  parameters: z.string(),
  template: z.string(),
  modified_at: z.string(),
  details: detailsSchema,
  model_info: z.record(z.string(), z.union([z.string(), z.number()])),
  capabilities: z.array(z.string()),
}).openapi("OllamaShown");

/** Answer of `GET /api/version`. */
export const ollamaVersionSchema = z.object({ version: z.string() }).openapi("OllamaVersion");

/** Every error on these paths. */
export const ollamaErrors = {
  default: {
    description: "what is wrong, as Ollama says it",
    content: {
      "application/json": { schema: z.object({ error: z.string() }).openapi("OllamaError") },
    },
  },
} as const;
