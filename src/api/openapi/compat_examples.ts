import type { Json } from "../../core/json.ts";
import type { Example } from "./example.ts";

const text = "this.state.n = 1;";
const created = 1_795_400_000;
const createdAt = "2026-11-23T04:53:20.000Z";

const usage = { prompt_tokens: 9, completion_tokens: 7, total_tokens: 16 };
const model = { id: "policy", object: "model", created, owned_by: "vivarium" };
const details = {
  parent_model: "",
  format: "onnx",
  family: "llama",
  families: ["llama"],
  parameter_size: "1.2M",
  quantization_level: "F32",
};
const written = {
  model: "policy",
  created_at: createdAt,
  done: true,
  done_reason: "stop",
  total_duration: 41_000_000,
  load_duration: 0,
  prompt_eval_count: 9,
  prompt_eval_duration: 0,
  eval_count: 7,
  eval_duration: 40_000_000,
};
const completion = (object: string, choice: Json): Json => ({
  id: "cmpl-7f3a",
  object,
  created,
  model: "policy",
  system_fingerprint: "policy@3",
  choices: [choice],
  usage,
});

/** Examples of the endpoints that OpenAI's and Ollama's clients know. */
export const compatExamples: Readonly<Record<string, Example>> = {
  createChatCompletion: {
    request: { model: "policy", messages: [{ role: "user", content: "Change your state." }] },
    responses: {
      200: completion("chat.completion", {
        index: 0,
        message: { role: "assistant", content: text, refusal: null },
        logprobs: null,
        finish_reason: "stop",
      }),
    },
  },
  createCompletion: {
    request: { model: "policy", prompt: "Change your state." },
    responses: {
      200: completion("text_completion", {
        index: 0,
        text,
        logprobs: null,
        finish_reason: "stop",
      }),
    },
  },
  listModels: { responses: { 200: { object: "list", data: [model] } } },
  getModel: { responses: { 200: model } },
  ollamaGenerate: {
    request: { model: "policy", prompt: "Change your state.", stream: false },
    responses: { 200: { ...written, response: text } },
  },
  ollamaChat: {
    request: {
      model: "policy",
      messages: [{ role: "user", content: "Change your state." }],
      stream: false,
    },
    responses: { 200: { ...written, message: { role: "assistant", content: text } } },
  },
  ollamaTags: {
    responses: {
      200: {
        models: [{
          name: "policy",
          model: "policy",
          modified_at: createdAt,
          size: 4_800_000,
          digest: "5d41402abc4b",
          details,
        }],
      },
    },
  },
  ollamaShow: {
    request: { model: "policy" },
    responses: {
      200: {
        modelfile: "",
        parameters: "",
        template: "",
        modified_at: createdAt,
        details,
        model_info: { "general.parameter_count": 1_200_000 },
        capabilities: ["completion"],
      },
    },
  },
  ollamaVersion: { responses: { 200: { version: "0.1.0" } } },
};
