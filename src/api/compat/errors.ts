import type { MiddlewareHandler } from "hono";
import { type Problem, problemSchema } from "../problem.ts";

/** An error in the words of one family of clients. */
type Dialect = (problem: Problem) => unknown;

/**
 * Tells the problem documents of compatible paths in the shape that their clients read. It stands
 * outside of everything that may refuse (token, origin, sizes, schemas), so no refusal escapes it.
 */
export function compatErrors(): MiddlewareHandler {
  return async function compatErrors(c, next) {
    await next();
    const dialect = dialectOf(c.req.path);
    const { res } = c;
    if (dialect === undefined || !isProblem(res)) return;
    const problem = problemSchema.parse(await res.json());
    const headers = new Headers(res.headers);
    headers.set("content-type", "application/json");
    headers.delete("content-length");
    c.res = undefined;
    c.res = new Response(JSON.stringify(dialect(problem)), { status: res.status, headers });
  };
}

function dialectOf(path: string): Dialect | undefined {
  if (path.startsWith("/api/")) return ollamaError;
  const openai = ["/v1/chat", "/v1/completions", "/v1/models"];
  return openai.some((own) => path === own || path.startsWith(`${own}/`)) ? openaiError : undefined;
}

function isProblem(response: Response): boolean {
  return response.headers.get("content-type")?.startsWith("application/problem+json") ?? false;
}

/** A problem as OpenAI tells it: https://platform.openai.com/docs/guides/error-codes */
export function openaiError(problem: Problem): object {
  const { status, code, errors, data } = problem;
  const param = errors?.[0]?.field ?? data?.["param"] ?? null;
  return {
    error: {
      message: wordsOf(problem),
      type: status === 429
        ? "rate_limit_error"
        : status >= 500
        ? "server_error"
        : "invalid_request_error",
      param,
      code: code === "not-found" && param === "model"
        ? "model_not_found"
        : code === "unauthorized"
        ? "invalid_api_key"
        : code.replaceAll("-", "_"),
    },
  };
}

/** A problem as Ollama tells it. */
export function ollamaError(problem: Problem): object {
  return { error: wordsOf(problem) };
}

function wordsOf({ detail, hint }: Problem): string {
  return hint === undefined ? detail : `${detail} (${hint})`;
}
