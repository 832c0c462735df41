import { EventSourceParserStream } from "eventsource-parser/stream";
import { messageOf, VivariumError } from "../../core/errors.ts";
import type { HouseEvent } from "../../core/events.ts";
import { Answers } from "./answers.ts";
import type { EventsQuery, Source } from "./types.ts";

/** How a running house is reached. */
export interface HouseSourceOptions {
  /** Without a path, e.g. `http://127.0.0.1:8420`. */
  readonly url: string;
  readonly token?: string | undefined;
}

/** Without `follow`, the past is over when nothing more has come for so long. */
const quietMs = 500;

/**
 * A running house, by its HTTP API.
 *
 * @throws {VivariumError} `bad-usage` for an address that is none
 */
export function houseSource({ url, token }: HouseSourceOptions): Source {
  const base = baseOf(url);
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const answers = new Answers(async (path, init) => {
    try {
      return await fetch(`${base}${path}`, { ...init, headers: { ...init.headers, ...headers } });
    } catch (cause) {
      if (init.signal?.aborted) throw cause;
      throw new VivariumError("unavailable", `no house answers at ${base}`, {
        hint: "start one (deno task run), name another with --url, or read a file with --db",
        cause,
      });
    }
  });

  async function* events(
    query: EventsQuery,
    options: { readonly follow: boolean; readonly signal: AbortSignal },
  ): AsyncGenerator<HouseEvent> {
    const begunAtMs = Date.now();
    using done = new Ending(options.signal);
    const stream = await answers.stream("/v1/events", { ...query }, { signal: done.signal });
    if (!options.follow) done.after(quietMs);
    try {
      // The pipes hear of the end by themselves: a fetch's body does not always pass it on (Deno 2.9).
      const messages = stream.pipeThrough(new TextDecoderStream(), done)
        .pipeThrough(new EventSourceParserStream(), done);
      for await (const { data, event: kind } of messages) {
        // A message with a name of its own is about the stream: nothing is missed by a reader who lags.
        if (kind !== undefined) continue;
        const event = JSON.parse(data) as HouseEvent;
        // A busy house is never quiet; what happens from now on was not asked for.
        if (!options.follow && event.atMs > begunAtMs) return;
        if (!options.follow) done.after(quietMs);
        yield event;
      }
    } catch (error) {
      if (done.signal.aborted) return;
      throw new VivariumError("unavailable", `the house went away: ${messageOf(error)}`, {
        hint: "start it again with the same --db, and call again",
        cause: error,
      });
    }
  }

  return {
    name: base,
    live: true,
    get: (path, query) => answers.json("GET", path, query),
    bytes: (path, query) => answers.bytes(path, query),
    order: (method, path, body, query) => answers.json(method, path, query, body),
    newest: async () => {
      const figures = new TextDecoder().decode(await answers.bytes("/metrics"));
      return Number(figures.match(/^vivarium_last_event_id (\d+)$/m)?.[1] ?? 0);
    },
    events,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Ends a stream: when it is told to, or when nothing has come for a while. */
class Ending implements Disposable {
  readonly #own = new AbortController();
  readonly signal: AbortSignal;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(outer: AbortSignal) {
    this.signal = AbortSignal.any([outer, this.#own.signal]);
  }

  after(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#own.abort(), ms);
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#own.abort();
  }
}

function baseOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !["http:", "https:"].includes(parsed.protocol)) {
    throw new VivariumError("bad-usage", `cannot use --url: '${url}' must be an http address`, {
      hint: "like http://127.0.0.1:8420",
    });
  }
  return parsed.href.replace(/\/$/, "");
}
