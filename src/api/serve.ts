import { type Clock, systemClock } from "../core/clock.ts";
import { messageOf, VivariumError } from "../core/errors.ts";
import { printable } from "../core/text.ts";
import { createApi } from "./app.ts";
import type { StreamLimit } from "./events/places.ts";
import type { ApiHouse } from "./house.ts";
import { isLoopback } from "./middleware/origin.ts";
import type { RateLimit } from "./middleware/rate.ts";
import { type ApiToken, checkTokens } from "./middleware/tokens.ts";
import type { OnTrouble } from "./problem.ts";

/** Where the API listens. */
export interface ServeOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** @default "127.0.0.1" */
  readonly hostname?: string;
  /** Bearer token that may do everything. A hostname that is not loopback needs one, or `tokens`. */
  readonly token?: string;
  /** Bearer tokens with what each may do. */
  readonly tokens?: readonly ApiToken[];
  /**
   * How fast one address may ask.
   *
   * @default as fast as it likes on loopback, else `{ perSecond: 100, burst: 500 }`
   */
  readonly rate?: RateLimit;
  /**
   * How many streams of events may be open.
   *
   * @default 1,024 in all; of one caller as many on loopback, else 64
   */
  readonly streams?: StreamLimit;
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

/** Beyond loopback: a person and a dashboard or two at each address. */
const strangers: RateLimit = { perSecond: 100, burst: 500 };
/** Streams that a house can feed without its agents noticing. */
const mostStreams = 1024;
/** How long requests under way may take when the server goes down. */
const graceMs = 3000;

/**
 * Serves the API of a house.
 *
 * @throws {VivariumError} `port-in-use`; `bad-usage` for an address that cannot be listened on, or one
 *   beyond loopback without a token
 */
export function serveApi(house: ApiHouse, options: ServeOptions): ApiServer {
  const { port, hostname = "127.0.0.1", clock = systemClock } = options;
  const loopback = isLoopback(hostname);
  const tokens = tokensOf(options);
  refuseOpenDoor(hostname, loopback, tokens);
  const rate = options.rate ?? (loopback ? undefined : strangers);
  const closing = new AbortController();
  const onTrouble = options.onTrouble ?? ((line) => console.error(printable(`api: ${line}`, 500)));
  const app = createApi(house, {
    closing: closing.signal,
    clock,
    onTrouble,
    // Beyond loopback the names of this house are not known, and the token keeps strangers out.
    anyHost: !loopback,
    tokens,
    streams: options.streams ?? { perCaller: loopback ? mostStreams : 64, inAll: mostStreams },
    ...(rate === undefined ? {} : { rate }),
  });
  const hard = new AbortController();
  const server = listening({ port, hostname }, (address) =>
    Deno.serve(
      // Deno leaves streams of events as they are.
      { ...address, signal: hard.signal, onListen: () => {}, automaticCompression: true },
      (request, { remoteAddr }) => app.fetch(request, { remote: hostOf(remoteAddr) }),
    ));
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

/**
 * Refuses what {@linkcode serveApi} would refuse, before anything else is started.
 *
 * @throws {VivariumError} as `serveApi`
 */
export function checkAddress(options: ServeOptions): void {
  const { port, hostname = "127.0.0.1" } = options;
  refuseOpenDoor(hostname, isLoopback(hostname), tokensOf(options));
  listening({ port, hostname }, (address) => Deno.listen(address)).close();
}

function tokensOf({ token, tokens = [] }: ServeOptions): readonly ApiToken[] {
  const all = token === undefined ? tokens : [...tokens, { token, scope: "admin" as const }];
  checkTokens(all);
  return all;
}

function refuseOpenDoor(hostname: string, loopback: boolean, tokens: readonly ApiToken[]): void {
  if (loopback || tokens.length > 0) return;
  throw new VivariumError("bad-usage", `cannot listen on '${hostname}' without a token`, {
    hint: "who reaches this API runs code on this machine: give it tokens " +
      "(VIVARIUM_TOKENS=admin:TEXT, 16 characters or more), or use 127.0.0.1",
  });
}

function hostOf(address: Deno.Addr): string {
  return address.transport === "tcp" ? address.hostname : "";
}

/** Listens, and says in a person's words why it cannot. */
function listening<Listener>(
  address: { readonly port: number; readonly hostname: string },
  listen: (address: { port: number; hostname: string }) => Listener,
): Listener {
  const { port, hostname } = address;
  try {
    return listen({ port, hostname });
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
