import type { Clock } from "../core/clock.ts";
import type { HouseEvent } from "../core/events.ts";
import { logFormatter, type LogLevel, type LogOptions, tellsOf } from "./log.ts";

/** From one line about dead letters to the next, at least, in milliseconds. */
export const deadLetterEveryMs = 10_000;

/** How a running house writes its log. */
export interface LiveLogOptions extends LogOptions {
  readonly level: LogLevel;
  readonly clock: Clock;
  out(lines: string): void;
}

/**
 * The log of a running house. A flood of messages to nobody does not drown the rest: after the line of one
 * dead letter, those that follow within {@linkcode deadLetterEveryMs} are told of by their number, when
 * that time is over. As JSON, and in the stream, each is there.
 */
export class LiveLog {
  readonly #options: LiveLogOptions;
  readonly #format: (event: HouseEvent) => string;
  /** How many dead letters no line has told of, and the last of them. */
  #untold: { readonly count: number; readonly last: HouseEvent } | undefined;
  #cancel: (() => void) | undefined;

  constructor(options: LiveLogOptions) {
    this.#options = options;
    this.#format = logFormatter(options);
  }

  /** Tells of an event, if the level does. */
  hear(event: HouseEvent): void {
    const { level, json, out } = this.#options;
    if (!tellsOf(level, event)) return;
    if (event.kind === "message.dead-letter" && !json) {
      if (this.#cancel !== undefined) {
        this.#untold = { count: (this.#untold?.count ?? 0) + 1, last: event };
        return;
      }
      this.#wait();
    }
    out(this.#format(event));
  }

  /** Tells of what it has not told yet. */
  end(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#tellMore();
  }

  #wait(): void {
    this.#cancel = this.#options.clock.after(deadLetterEveryMs, () => {
      this.#cancel = undefined;
      if (this.#tellMore()) this.#wait();
    });
  }

  #tellMore(): boolean {
    if (this.#untold === undefined) return false;
    const { count, last: { agent: _, ...last } } = this.#untold;
    this.#untold = undefined;
    this.#options.out(this.#format({ ...last, data: { more: count } }));
    return true;
  }
}
