import { createRoute, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { VivariumError } from "../../core/errors.ts";
import type { ApiContext } from "../context.ts";
import { problemBody } from "../problem.ts";
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
import { openaiError } from "./errors.ts";
import { liveBody } from "./live_body.ts";
import {
  type Hearing,
  maxTexts,
  type ModelFacts,
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
  const headOf = (c: Context, prefix: string, name: string) => ({
    id: `${prefix}-${c.get("requestId")}`,
    created: Math.floor(clock.now() / 1000),
    model: name,
  });

  app.openapi(chat, async (c) => {
    const body = c.req.valid("json");
    const request = {
      ...settings(body),
      maxTokens: body.max_completion_tokens ?? body.max_tokens ?? undefined,
      prompts: [lastWords(body.messages)],
    };
    const head = headOf(c, "chatcmpl", body.model);
    if (body.stream !== true) {
      const texts = await writer.write(body.model, request, { signal: c.req.raw.signal });
      const choices = texts.map(({ text, finish }, index) => ({
        index,
        message: { role: "assistant" as const, content: text, refusal: null },
        logprobs: null,
        finish_reason: finish,
      }));
      return c.json({
        ...head,
        ...printOf(body.model, texts),
        object: "chat.completion" as const,
        choices,
        usage: usageOf(texts),
      }, 200);
    }
    return await stream(c, {
      head: { ...head, object: "chat.completion.chunk" },
      usage: body.stream_options?.include_usage === true,
      write: (hearing) => writer.write(body.model, request, hearing),
      first: Array.from({ length: body.n ?? 1 }, (_, index) => ({
        index,
        delta: { role: "assistant", content: "" },
        finish_reason: null,
      })),
      piece: (index, content) => ({ index, delta: { content }, finish_reason: null }),
      last: ({ finish }, index) => ({ index, delta: {}, finish_reason: finish }),
    });
  });

  app.openapi(completion, async (c) => {
    const body = c.req.valid("json");
    const prompts = typeof body.prompt === "string" ? [body.prompt] : body.prompt;
    if (prompts.length * (body.n ?? 1) > maxTexts) {
      throw refusal("n", `prompts times 'n' must be at most ${maxTexts}`);
    }
    const maxTokens = body.max_tokens ?? undefined;
    const request = { ...settings(body), maxTokens, prompts };
    const head = { ...headOf(c, "cmpl", body.model), object: "text_completion" as const };
    const choice = (index: number, text: string, finish: Written["finish"] | null) => ({
      index,
      text,
      logprobs: null,
      finish_reason: finish,
    });
    if (body.stream === true) {
      return await stream(c, {
        head,
        usage: body.stream_options?.include_usage === true,
        write: (hearing) => writer.write(body.model, request, hearing),
        first: [],
        piece: (index, text) => choice(index, text, null),
        last: ({ finish }, index) => choice(index, "", finish),
      });
    }
    const texts = await writer.write(body.model, request, { signal: c.req.raw.signal });
    const choices = texts.map(({ text, finish }, index) => ({
      ...choice(index, text, finish),
      finish_reason: finish,
    }));
    const print = printOf(body.model, texts);
    return c.json({ ...head, ...print, choices, usage: usageOf(texts) }, 200);
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

/** An answer in chunks. */
interface Chunks {
  /** What every chunk says. */
  readonly head: object;
  /** Whether the figures come too, in a chunk of their own. */
  readonly usage: boolean;
  readonly write: (hearing: Hearing) => Promise<readonly Written[]>;
  readonly first: readonly object[];
  readonly piece: (index: number, text: string) => object;
  readonly last: (text: Written, index: number) => object;
}

/** Chunks as server-sent events, each when it is drawn. */
async function stream(
  c: Context,
  { head, usage, write, first, piece, last }: Chunks,
): Promise<Response> {
  const extra = usage ? { usage: null } : {};
  const say = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
  const chunk = (choice: object): string => say({ ...head, choices: [choice], ...extra });
  const body = await liveBody(c.req.raw.signal, write, {
    begin: () => first.map(chunk),
    piece: (index, text) => chunk(piece(index, text)),
    end: (texts) => [
      ...texts.map((text, index) => chunk(last(text, index))),
      ...(usage ? [say({ ...head, choices: [], usage: usageOf(texts) })] : []),
      "data: [DONE]\n\n",
    ],
    fail: (error) => say(openaiError(problemBody(c, error))),
  });
  return c.body(body, 200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store, no-transform",
  });
}

/** Which weights wrote it. */
function printOf(name: string, texts: readonly Written[]): { system_fingerprint: string } {
  return { system_fingerprint: `${name}@${texts[0]?.version}` };
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
