import { z } from "zod";
import { errorCodes, VivariumError } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import type { Query } from "./types.ts";

/** Sends a request to wherever the API is. */
export type Send = (path: string, init: RequestInit) => Promise<Response>;

const problemSchema = z.object({
  detail: z.string(),
  code: z.enum(errorCodes),
  hint: z.string().optional(),
});

/** The API's answers as values, and its problem documents as errors. */
export class Answers {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /** A JSON answer; null where it has no body. */
  async json(method: string, path: string, query?: Query, body?: Json | object): Promise<unknown> {
    const response = await this.#ask(method, path, query, body);
    const text = await response.text();
    if (text === "") return null;
    try {
      return JSON.parse(text);
    } catch {
      throw new VivariumError("unavailable", `what answers to ${path} is no Vivarium house`, {
        hint: "see that --url names the house's API",
      });
    }
  }

  /** An answer as bytes. */
  async bytes(path: string, query?: Query): Promise<Uint8Array<ArrayBuffer>> {
    return await (await this.#ask("GET", path, query)).bytes();
  }

  /** An answer that is read as it comes. */
  async stream(
    path: string,
    query: Query,
    init: RequestInit,
  ): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
    const response = await this.#send(withQuery(path, query), init);
    if (!response.ok || response.body === null) throw await refusal(path, response);
    return response.body;
  }

  async #ask(
    method: string,
    path: string,
    query: Query = {},
    body?: Json | object,
  ): Promise<Response> {
    const response = await this.#send(withQuery(path, query), {
      method,
      ...(body === undefined
        ? {}
        : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    });
    if (!response.ok) throw await refusal(path, response);
    return response;
  }
}

function withQuery(path: string, query: Query): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  return parameters.size === 0 ? path : `${path}?${parameters}`;
}

async function refusal(path: string, response: Response): Promise<VivariumError> {
  const problem = problemSchema.safeParse(await response.json().catch(() => undefined));
  if (!problem.success) {
    return new VivariumError(
      "unavailable",
      `what answers to ${path} is no Vivarium house: status ${response.status}`,
      { hint: "see that --url names the house's API" },
    );
  }
  const { code, detail, hint } = problem.data;
  if (code === "unauthorized") {
    return new VivariumError(code, detail, {
      hint: "give its token by VIVARIUM_TOKEN (or --token, which others on this machine can see)",
    });
  }
  return new VivariumError(code, detail, hint === undefined ? {} : { hint });
}
