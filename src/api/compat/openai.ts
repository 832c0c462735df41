import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { VivariumError } from "../../core/errors.ts";
import type { ApiContext } from "../context.ts";
import { jsonBody, jsonContent } from "../schemas.ts";
import {
  chatAnswerSchema,
  chatSchema,
  completionAnswerSchema,
  completionSchema,
  modelSchema,
  modelsSchema,
  openaiErrors,
} from "./openai_schemas.ts";
import {
  maxTexts,
  type ModelFacts,
  pieces,
  type PolicyWriter,
  type WriteRequest,
  type Written,
} from "./writer.ts";

const tags = ["openai"];

const chat = createRoute({
  method: "post",
  path: "/v1/chat/completions",
  operationId: "createChatCompletion",
  tags,
  summary: "Ask the policy, as OpenAI's clients do",
  request: { body: jsonBody(chatSchema) },
  responses: { 200: answered(chatAnswerSchema), ...openaiErrors },
});

const completion = createRoute({
  method: "post",
  path: "/v1/completions",
  operationId: "createCompletion",
  tags,
  summary: "Have the policy write a response to a text",
  request: { body: jsonBody(completionSchema) },
  responses: { 200: answered(completionAnswerSchema), ...openaiErrors },
});

const models = createRoute({
  method: "get",
  path: "/v1/models",
  operationId: "listModels",
  tags,
  summary: "The embedded policy, or nothing where there is none",
  responses: { 200: jsonContent("the models", modelsSchema), ...openaiErrors },
});

const model = createRoute({
  method: "get",
  path: "/v1/models/{id}",
  operationId: "getModel",
  tags,
  summary: "One model",
  request: {
    params: z.object({
      id: z.string().openapi({ param: { name: "id", in: "path" }, example: "policy" }),
    }),
  },
  responses: { 200: jsonContent("the model", modelSchema), ...openaiErrors },
});

/** OpenAI's endpoints (https://platform.openai.com/docs/api-reference), as far as the policy can. */
export function openaiRoutes({ app, clock }: ApiContext, writer: PolicyWriter): void {
  const headOf = (c: Context, prefix: string, name: string, texts: readonly Written[]) => ({
    id: `${prefix}-${c.get("requestId")}`,
    created: Math.floor(clock.now() / 1000),
    model: name,
    system_fingerprint: `${name}@${texts[0]?.version}`,
  });

  app.openapi(chat, async (c) => {
    const body = c.req.valid("json");
    const texts = await writer.write(body.model, {
      ...settings(body),
      maxTokens: body.max_completion_tokens ?? body.max_tokens ?? undefined,
      prompts: [lastWords(body.messages)],
    });
    const head = headOf(c, "chatcmpl", body.model, texts);
    const usage = usageOf(texts);
    if (body.stream !== true) {
      const choices = texts.map(({ text, finish }, index) => ({
        index,
        message: { role: "assistant" as const, content: text, refusal: null },
        logprobs: null,
        finish_reason: finish,
      }));
      return c.json({ ...head, object: "chat.completion" as const, choices, usage }, 200);
    }
    const choices = texts.flatMap(({ text, finish }, index) => [
      { index, delta: { role: "assistant", content: "" }, finish_reason: null },
      ...pieces(text).map((content) => ({ index, delta: { content }, finish_reason: null })),
      { index, delta: {}, finish_reason: finish },
    ]);
    const chunk = { ...head, object: "chat.completion.chunk" };
    return stream(c, chunk, choices, body.stream_options?.include_usage === true ? usage : null);
  });

  app.openapi(completion, async (c) => {
    const body = c.req.valid("json");
    const prompts = typeof body.prompt === "string" ? [body.prompt] : body.prompt;
    if (prompts.length * (body.n ?? 1) > maxTexts) {
      throw refusal("n", `prompts times 'n' must be at most ${maxTexts}`);
    }
    const maxTokens = body.max_tokens ?? undefined;
    const texts = await writer.write(body.model, { ...settings(body), maxTokens, prompts });
    const head = { ...headOf(c, "cmpl", body.model, texts), object: "text_completion" as const };
    const usage = usageOf(texts);
    const choices = texts.map(({ text, finish }, index) => ({
      index,
      text,
      logprobs: null,
      finish_reason: finish,
    }));
    if (body.stream !== true) return c.json({ ...head, choices, usage }, 200);
    const parts = choices.flatMap((choice) => [
      ...pieces(choice.text).map((text) => ({ ...choice, text, finish_reason: null })),
      { ...choice, text: "" },
    ]);
    return stream(c, head, parts, body.stream_options?.include_usage === true ? usage : null);
  });

  app.openapi(models, async (c) => {
    const present = await writer.model();
    const data = present === undefined ? [] : [modelOf(present)];
    return c.json({ object: "list" as const, data }, 200);
  });

  app.openapi(model, async (c) => {
    return c.json(modelOf(await writer.named(c.req.valid("param").id)), 200);
  });
}

/** Chunks as server-sent events. `usage` comes in a chunk of its own, where it was asked for. */
function stream(
  c: Context,
  head: object,
  choices: readonly object[],
  usage: object | null,
): Response {
  const extra = usage === null ? {} : { usage: null };
  const chunks = [
    ...choices.map((choice) => JSON.stringify({ ...head, choices: [choice], ...extra })),
    ...(usage === null ? [] : [JSON.stringify({ ...head, choices: [], usage })]),
    "[DONE]",
  ];
  return c.body(chunks.map((chunk) => `data: ${chunk}\n\n`).join(""), 200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
  });
}

function settings(
  { n, seed, temperature, stop }: {
    readonly n?: number | null | undefined;
    readonly seed?: number | null | undefined;
    readonly temperature?: number | null | undefined;
    readonly stop?: string | readonly string[] | null | undefined;
  },
): Omit<WriteRequest, "prompts" | "maxTokens"> {
  return {
    count: n ?? undefined,
    seed: seed ?? undefined,
    temperature: temperature ?? undefined,
    stop: typeof stop === "string" ? [stop] : stop ?? undefined,
  };
}

/**
 * What the policy reads of a conversation: the last message, as an agent's query is its last response
 * alone. What the system says is for models that were not trained on this.
 */
function lastWords(messages: z.infer<typeof chatSchema>["messages"]): string {
  const last = messages.findLast(({ role }) => role !== "system" && role !== "developer");
  if (last === undefined) throw refusal("messages", "there must be one that is not the system's");
  const { content } = last;
  return typeof content === "string" ? content : (content ?? []).map(({ text }) => text).join("");
}

/** Tokens, as OpenAI counts them: each prompt once, however many texts it has. */
function usageOf(texts: readonly Written[]): {
  prompt_tokens: number;
  completion_tokens: number;
  total_tokens: number;
} {
  const prompts = new Map(texts.map(({ prompt, tokens }) => [prompt, tokens.prompt]));
  const prompt = [...prompts.values()].reduce((sum, tokens) => sum + tokens, 0);
  const completion = texts.reduce((sum, { tokens }) => sum + tokens.completion, 0);
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
  };
}

function modelOf({ name, version }: ModelFacts): z.infer<typeof modelSchema> {
  return {
    id: name,
    object: "model",
    created: Math.floor((version?.createdAtMs ?? 0) / 1000),
    owned_by: "vivarium",
  };
}

function refusal(param: string, message: string): VivariumError {
  return new VivariumError("bad-request", `cannot take the request: '${param}': ${message}`, {
    data: { param },
  });
}

function answered<Schema extends z.ZodType>(schema: Schema): {
  description: string;
  content: {
    "application/json": { schema: Schema };
    "text/event-stream": { schema: z.ZodString };
  };
} {
  return {
    description: "what the policy wrote; with `stream`, chunks of it, then `[DONE]`",
    content: {
      "application/json": { schema },
      "text/event-stream": { schema: z.string() },
    },
  };
}
