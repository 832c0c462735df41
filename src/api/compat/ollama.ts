import { createRoute, z } from "@hono/zod-openapi";
import type { Context, TypedResponse } from "hono";
import type { JSONValue } from "hono/utils/types";
import { VivariumError } from "../../core/errors.ts";
import type { ApiContext } from "../context.ts";
import { problemBody } from "../problem.ts";
import { jsonBody, jsonContent } from "../schemas.ts";
import { ollamaError } from "./errors.ts";
import { liveBody } from "./live_body.ts";
import {
  generatedSchema,
  generateSchema,
  ollamaChatSchema,
  ollamaChattedSchema,
  ollamaErrors,
  ollamaVersionSchema,
  shownSchema,
  showSchema,
  tagsSchema,
} from "./ollama_schemas.ts";
import type { Hearing, ModelFacts, PolicyWriter, WriteRequest, Written } from "./writer.ts";

const tags = ["ollama"];

const generate = createRoute({
  method: "post",
  path: "/api/generate",
  operationId: "ollamaGenerate",
  tags,
  summary: "Have the policy write a response to a text, as Ollama's clients do",
  request: { body: jsonBody(generateSchema) },
  responses: { 200: lines(generatedSchema), ...ollamaErrors },
});

const chat = createRoute({
  method: "post",
  path: "/api/chat",
  operationId: "ollamaChat",
  tags,
  summary: "Ask the policy, as Ollama's clients do",
  request: { body: jsonBody(ollamaChatSchema) },
  responses: { 200: lines(ollamaChattedSchema), ...ollamaErrors },
});

const list = createRoute({
  method: "get",
  path: "/api/tags",
  operationId: "ollamaTags",
  tags,
  summary: "The embedded policy, or nothing where there is none",
  responses: { 200: jsonContent("the models", tagsSchema), ...ollamaErrors },
});

const show = createRoute({
  method: "post",
  path: "/api/show",
  operationId: "ollamaShow",
  tags,
  summary: "What the policy is",
  request: { body: jsonBody(showSchema) },
  responses: { 200: jsonContent("the model", shownSchema), ...ollamaErrors },
});

const version = createRoute({
  method: "get",
  path: "/api/version",
  operationId: "ollamaVersion",
  tags,
  summary: "The version of Vivarium",
  responses: { 200: jsonContent("the version", ollamaVersionSchema), ...ollamaErrors },
});

/** Ollama's endpoints (https://github.com/ollama/ollama/blob/main/docs/api.md), as far as the policy can. */
export function ollamaRoutes(
  { app, clock }: ApiContext,
  writer: PolicyWriter,
  ownVersion: string,
): void {
  /** Writes one text. */
  const orderOf = (
    body: { readonly model: string; readonly options?: Options | null | undefined },
    prompt: string,
  ) =>
  (hearing: Hearing): Promise<readonly Written[]> =>
    writer.write(
      bare(body.model),
      { ...settings(body.options ?? {}), prompts: [prompt] },
      hearing,
    );
  /** What Ollama says of a text at its end. */
  const endOf = (written: Written, began: number) => {
    const durationNs = Math.round((clock.monotonic() - began) * 1e6);
    return {
      done: true,
      done_reason: written.finish,
      total_duration: durationNs,
      load_duration: 0,
      prompt_eval_count: written.tokens.prompt,
      prompt_eval_duration: 0,
      eval_count: written.tokens.completion,
      eval_duration: durationNs,
    };
  };
  const headOf = (model: string) => ({ model, created_at: new Date(clock.now()).toISOString() });
  const loaded = { done: true, done_reason: "load" as const };

  app.openapi(generate, async (c) => {
    const body = c.req.valid("json");
    const head = headOf(body.model);
    // Without a prompt, Ollama's clients have a model loaded; this one always is.
    if ((body.prompt ?? "") === "") {
      await writer.named(bare(body.model));
      return c.json({ ...head, response: "", ...loaded }, 200);
    }
    const [began, write] = [clock.monotonic(), orderOf(body, body.prompt ?? "")];
    if (body.stream === false) {
      const text = only(await write({ signal: c.req.raw.signal }));
      return c.json({ ...head, response: text.text, ...endOf(text, began) }, 200);
    }
    return await ndjson(
      c,
      write,
      (response) => ({ ...head, response, done: false }),
      (text) => ({ ...head, response: "", ...endOf(text, began) }),
    );
  });

  app.openapi(chat, async (c) => {
    const body = c.req.valid("json");
    const head = headOf(body.model);
    const say = (content: string) => ({ message: { role: "assistant" as const, content } });
    if ((body.messages ?? []).length === 0) {
      await writer.named(bare(body.model));
      return c.json({ ...head, ...say(""), ...loaded }, 200);
    }
    const last = body.messages?.findLast(({ role }) => role !== "system");
    if (last === undefined) {
      throw new VivariumError("bad-request", "there must be a message that is not the system's");
    }
    const [began, write] = [clock.monotonic(), orderOf(body, last.content)];
    if (body.stream === false) {
      const text = only(await write({ signal: c.req.raw.signal }));
      return c.json({ ...head, ...say(text.text), ...endOf(text, began) }, 200);
    }
    return await ndjson(
      c,
      write,
      (piece) => ({ ...head, ...say(piece), done: false }),
      (text) => ({ ...head, ...say(""), ...endOf(text, began) }),
    );
  });

  app.openapi(list, async (c) => {
    const model = await writer.model();
    const models = model === undefined ? [] : [{
      name: `${model.name}:latest`,
      model: `${model.name}:latest`,
      modified_at: modifiedAt(model),
      size: model.status.parameters * Float32Array.BYTES_PER_ELEMENT,
      digest: model.status.hash,
      details: detailsOf(model),
    }];
    return c.json({ models }, 200);
  });

  app.openapi(show, async (c) => {
    const { model: name, name: oldName } = c.req.valid("json");
    const model = await writer.named(bare(name ?? oldName ?? ""));
    return c.json({
      modelfile:
        `# ${model.name}@${model.status.version}: the embedded policy of a Vivarium house\n`,
      parameters: "",
      template: "{{ .Prompt }}",
      modified_at: modifiedAt(model),
      details: detailsOf(model),
      model_info: {
        "general.architecture": "llama",
        "general.parameter_count": model.status.parameters,
        "vivarium.version": model.status.version,
        "vivarium.updates": model.status.updates,
      },
      capabilities: ["completion"],
    }, 200);
  });

  app.openapi(version, (c) => c.json({ version: ownVersion }, 200));
}

type Options = NonNullable<z.infer<typeof generateSchema>["options"]>;

function settings(
  { seed, temperature, num_predict, stop }: Options,
): Omit<WriteRequest, "prompts"> {
  return {
    seed,
    temperature,
    // Below 1 it means: without limit.
    maxTokens: num_predict !== undefined && num_predict >= 1 ? num_predict : undefined,
    stop: typeof stop === "string" ? [stop] : stop,
  };
}

/** Ollama's clients may name a tag; there is only the latest. */
function bare(name: string): string {
  return name.replace(/:latest$/, "");
}

/**
 * A text as lines, each when it is drawn. To the type of a route they are what each line is: it knows no
 * lines.
 */
async function ndjson<Part extends JSONValue, End extends JSONValue>(
  c: Context,
  write: (hearing: Hearing) => Promise<readonly Written[]>,
  part: (piece: string) => Part,
  end: (text: Written) => End,
): Promise<TypedResponse<Part | End, 200, "json">> {
  const line = (answer: unknown): string => `${JSON.stringify(answer)}\n`;
  const body = await liveBody(c.req.raw.signal, write, {
    piece: (_, piece) => line(part(piece)),
    end: (texts) => [line(end(only(texts)))],
    fail: (error) => line(ollamaError(problemBody(c, error))),
  });
  const response: unknown = c.body(body, 200, {
    "content-type": "application/x-ndjson",
    "cache-control": "no-store, no-transform",
  });
  return response as TypedResponse<Part | End, 200, "json">;
}

function only([text]: readonly Written[]): Written {
  if (text === undefined) throw new VivariumError("internal", "the policy wrote nothing");
  return text;
}

function modifiedAt({ version }: ModelFacts): string {
  return new Date(version?.createdAtMs ?? 0).toISOString();
}

function detailsOf({ status }: ModelFacts): z.infer<typeof shownSchema>["details"] {
  return {
    parent_model: "",
    format: "onnx",
    family: "llama",
    families: ["llama"],
    parameter_size: `${(status.parameters / 1e6).toFixed(2)}M`,
    quantization_level: "F32",
  };
}

function lines<Schema extends z.ZodType>(schema: Schema): {
  description: string;
  content: {
    "application/json": { schema: Schema };
    "application/x-ndjson": { schema: Schema };
  };
} {
  return {
    description: "what the policy wrote; unless `stream` is false, in pieces, one a line",
    content: {
      "application/json": { schema },
      "application/x-ndjson": { schema },
    },
  };
}
