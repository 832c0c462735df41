import type { Clock } from "../../core/clock.ts";
import type { HouseEvent } from "../../core/events.ts";
import type { EventFeed } from "./feed.ts";

/** How a feed becomes a stream. */
export interface StreamOptions {
  readonly clock: Clock;
  readonly heartbeatMs: number;
  /** Ends the stream. */
  readonly closing: AbortSignal;
  /** Counts the streams that are being read. */
  readonly open: { inc(): void; dec(): void };
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
  const { clock, heartbeatMs, closing, open } = options;
  const encoder = new TextEncoder();
  let greeted = false;
  let counted = false;
  const close = (): void => {
    feed.close();
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
        controller.enqueue(encoder.encode(`retry: ${retryMs}\n\n`));
        return;
      }
      const idle = Promise.withResolvers<void>();
      const cancel = clock.after(heartbeatMs, idle.resolve);
      const events = closing.aborted ? [] : await feed.next(idle.promise);
      cancel();
      if (closing.aborted) {
        controller.close();
        return;
      }
      const behind = feed.takeLag();
      const text = events.length === 0 ? ": heartbeat\n\n" : events.map(message).join("");
      controller.enqueue(encoder.encode(`${behind === undefined ? "" : lagged(behind)}${text}`));
    },
    cancel: close,
    // Nothing is read ahead: a response that nobody reads (HEAD) begins nothing.
  }, { highWaterMark: 0 });
}

function message(event: HouseEvent): string {
  // JSON has no line ends of its own, so one data line is enough.
  return `id: ${event.id}\ndata: ${JSON.stringify(event)}\n\n`;
}

/** Without an id: where the reader stands is not changed by it. */
function lagged(behind: number): string {
  return `event: lagged\ndata: ${JSON.stringify({ behind })}\n\n`;
}
