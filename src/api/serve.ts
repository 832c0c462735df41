import { type Clock, systemClock } from "../core/clock.ts";
import { messageOf, VivariumError } from "../core/errors.ts";
import { printable } from "../core/text.ts";
import { createApi } from "./app.ts";
import type { ApiHouse } from "./house.ts";
import { isLoopback } from "./middleware/origin.ts";
import type { OnTrouble } from "./problem.ts";

/** Where the API listens. */
export interface ServeOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** @default "127.0.0.1" */
  readonly hostname?: string;
  /** Bearer token; must be given for a hostname that is not loopback. */
  readonly token?: string;
  /** @default the machine's clock */
  readonly clock?: Clock;
  /** Told, in one line, of errors inside. @default a line on standard error */
  readonly onTrouble?: OnTrouble;
}

/** An API that listens. */
export interface ApiServer {
  /** E.g. `http://127.0.0.1:8420`. */
  readonly url: string;
  /** The port that it has got. */
  readonly port: number;
  /** Ends streams and waits, then what is under way. Idempotent. */
  shutdown(): Promise<void>;
}

/** How long requests under way may take when the server goes down. */
const graceMs = 3000;

/**
 * Serves the API of a house.
 *
 * @throws {VivariumError} `port-in-use`; `bad-usage` for an address that cannot be listened on, or one
 *   beyond loopback without a token
 */
export function serveApi(house: ApiHouse, options: ServeOptions): ApiServer {
  const { port, hostname = "127.0.0.1", token, clock = systemClock } = options;
  const loopback = isLoopback(hostname);
  checkToken(hostname, loopback, token);
  const closing = new AbortController();
  const onTrouble = options.onTrouble ?? ((line) => console.error(printable(`api: ${line}`, 500)));
  const app = createApi(house, {
    closing: closing.signal,
    clock,
    onTrouble,
    // Beyond loopback the names of this house are not known, and the token keeps strangers out.
    anyHost: !loopback,
    ...(token === undefined ? {} : { token }),
  });
  const hard = new AbortController();
  const server = listen(
    { port, hostname, signal: hard.signal, onListen: () => {} },
    (request) => app.fetch(request),
  );
  let down: Promise<void> | undefined;
  const shutdown = async (): Promise<void> => {
    // Deno.serve waits for open streams, which would never end by themselves.
    closing.abort();
    const cancel = clock.after(graceMs, () => hard.abort());
    await Promise.race([server.shutdown(), server.finished]);
    cancel();
  };
  const { port: actual } = server.addr;
  const shown = hostname.includes(":") ? `[${hostname}]` : hostname;
  return {
    url: `http://${shown}:${actual}`,
    port: actual,
    shutdown: () => down ??= shutdown(),
  };
}

function checkToken(hostname: string, loopback: boolean, token: string | undefined): void {
  if (!loopback && token === undefined) {
    throw new VivariumError("bad-usage", `cannot listen on '${hostname}' without a token`, {
      hint: "who reaches this API runs code on this machine: give a token, or use 127.0.0.1",
    });
  }
  if (token !== undefined && !/^[A-Za-z0-9._~+/-]{16,}=*$/.test(token)) {
    throw new VivariumError("bad-usage", "cannot use the token: it is too short or not a token", {
      hint: "at least 16 letters, digits or . _ ~ + / - and no space",
    });
  }
}

function listen(
  options: Deno.ServeTcpOptions,
  handler: Deno.ServeHandler,
): Deno.HttpServer<Deno.NetAddr> {
  const { port, hostname } = options;
  try {
    return Deno.serve(options, handler);
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) {
      throw new VivariumError("port-in-use", `port ${port} on ${hostname} is in use`, {
        hint: "end the other program, or choose another port: --port 0 takes a free one",
        cause: error,
      });
    }
    throw new VivariumError(
      "bad-usage",
      `cannot listen on '${hostname}', port ${port}: ${messageOf(error)}`,
      { hint: "use an address of this machine, and a port above 1023", cause: error },
    );
  }
}
