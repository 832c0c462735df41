import type { Clock } from "../../core/clock.ts";
import type { HouseEvent } from "../../core/events.ts";
import type { EventFeed } from "./feed.ts";
import type { Pulse } from "./pulse.ts";

/** How a feed becomes a stream. */
export interface StreamOptions {
  readonly clock: Clock;
  readonly heartbeatMs: number;
  /** Ends the stream. */
  readonly closing: AbortSignal;
  /** How often events are written at most: readers are many, and each write costs. */
  readonly pulse: Pulse;
  /** Counts the streams that are being read. */
  readonly open: { inc(): void; dec(): void };
  /** Gives the reader's place back. */
  readonly leave: () => void;
}

/** How soon a browser comes back after a cut, in milliseconds. */
const retryMs = 1000;

/**
 * A feed as `text/event-stream` (https://html.spec.whatwg.org/multipage/server-sent-events.html):
 * each event one message with its id; a comment when nothing happened for a while; a message `lagged`
 * where the reader fell behind and is now served from the ledger. Written only as fast as it is read.
 *
 * @param feed closed when the reader is gone or the house closes
 */
export function eventStream(feed: EventFeed, options: StreamOptions): ReadableStream<Uint8Array> {
  const { clock, heartbeatMs, closing, pulse, open, leave } = options;
  let greeted = false;
  let counted = false;
  let wrote = false;
  const closed = Promise.withResolvers<void>();
  const close = (): void => {
    feed.close();
    leave();
    closed.resolve();
    closing.removeEventListener("abort", close);
    if (counted) open.dec();
    counted = false;
  };
  return new ReadableStream({
    async pull(controller): Promise<void> {
      if (!greeted) {
        greeted = true;
        counted = true;
        open.inc();
        closing.addEventListener("abort", close, { once: true });
        controller.enqueue(bytes(`retry: ${retryMs}\n\n`));
        return;
      }
      // What happens meanwhile is written together.
      if (wrote) await pulse.next(closed.promise);
      const idle = Promise.withResolvers<void>();
      const cancel = clock.after(heartbeatMs, idle.resolve);
      const events = closing.aborted ? [] : await feed.next(idle.promise);
      cancel();
      if (closing.aborted) {
        controller.close();
        return;
      }
      wrote = events.length > 0;
      const behind = feed.takeLag();
      if (behind !== undefined) controller.enqueue(bytes(lagged(behind)));
      controller.enqueue(events.length === 0 ? bytes(": heartbeat\n\n") : messages(events));
    },
    cancel: close,
    // Nothing is read ahead: a response that nobody reads (HEAD) begins nothing.
  }, { highWaterMark: 0 });
}

/** What was written of an event: all streams carry the same object, so it is written once for all. */
const written = new WeakMap<HouseEvent, Uint8Array<ArrayBuffer>>();

function message(event: HouseEvent): Uint8Array<ArrayBuffer> {
  let known = written.get(event);
  if (known === undefined) {
    // JSON has no line ends of its own, so one data line is enough.
    known = bytes(`id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`);
    written.set(event, known);
  }
  // Who is given a chunk may take its buffer away.
  return known.slice();
}

function messages(events: readonly HouseEvent[]): Uint8Array<ArrayBuffer> {
  const parts = events.map(message);
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}

/** Without an id: where the reader stands is not changed by it. */
function lagged(behind: number): string {
  return `event: lagged\ndata: ${JSON.stringify({ behind })}\n\n`;
}
