import type { CompletionRequest } from "../../src/llm/mod.ts";

/** A loopback server, and what it was asked. */
export interface Loopback {
  readonly url: string;
  readonly requests: { readonly path: string; readonly headers: Headers; readonly body: unknown }[];
}

/** How one request is answered. */
export type Reply = () => Response | Promise<Response>;

/** Runs a test against a server that gives these answers in turn, the last one for ever. */
export async function withServer(
  replies: readonly Reply[],
  test: (server: Loopback) => Promise<void>,
): Promise<void> {
  const requests: Loopback["requests"] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const reply = replies[Math.min(requests.length, replies.length - 1)];
      const { pathname: path } = new URL(request.url);
      requests.push({
        path,
        headers: request.headers,
        body: await request.json().catch(() => null),
      });
      return await reply?.() ?? new Response(null, { status: 500 });
    },
  );
  try {
    await test({ url: `http://127.0.0.1:${server.addr.port}`, requests });
  } finally {
    await server.shutdown();
  }
}

/** A JSON answer. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Reply {
  return () => Response.json(body, { status, headers });
}

/**
 * A server that reads and never answers, and knows when a client has hung up (which Deno.serve does
 * not notice once a larger body has been read).
 */
export class SilentServer implements Disposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #waiting: { holds: () => boolean; resolve: () => void }[] = [];
  connected = 0;
  hungUp = 0;

  constructor() {
    void this.#accept();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#listener.addr as Deno.NetAddr).port}`;
  }

  /** Resolves when so many have connected and so many have hung up again. */
  until(connected: number, hungUp: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({
        holds: () => this.connected >= connected && this.hungUp >= hungUp,
        resolve,
      });
      this.#tell();
    });
  }

  [Symbol.dispose](): void {
    this.#listener.close();
  }

  async #accept(): Promise<void> {
    for await (const connection of this.#listener) void this.#read(connection);
  }

  async #read(connection: Deno.TcpConn): Promise<void> {
    this.connected++;
    this.#tell();
    const buffer = new Uint8Array(65_536);
    while (await connection.read(buffer).catch(() => null) !== null);
    connection.close();
    this.hungUp++;
    this.#tell();
  }

  #tell(): void {
    for (const { holds, resolve } of this.#waiting) if (holds()) resolve();
  }
}

/** A request as the supervisor makes it. */
export function ask(more: Partial<CompletionRequest> = {}): CompletionRequest {
  return { agent: "ada", life: 1, step: 1, call: 0, prompt: "Define a method.", seed: 7, ...more };
}
