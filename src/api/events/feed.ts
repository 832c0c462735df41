import type { EventBus, HouseEvent } from "../../core/events.ts";
import type { ApiStore } from "../house.ts";

/** Which events a reader wants; what is not named does not restrict. */
export interface EventFilter {
  readonly agent?: string;
  readonly kinds?: readonly string[];
  readonly cause?: string;
}

/** What a feed works with. */
export interface FeedOptions {
  readonly store: Pick<ApiStore, "events" | "lastEvent">;
  readonly bus: Pick<EventBus, "subscribe">;
  readonly filter: EventFilter;
  /** Id of the last event that the reader has. */
  readonly after: number;
  /** Events kept for a reader who is slower than the house. @default 256 */
  readonly capacity?: number;
}

/** Events read from the store at a time. */
const batchSize = 200;

/**
 * All events after one, in order, each once, for one reader: from the store until it has caught up,
 * then from the bus. A reader who falls behind by more than the capacity is sent back to the store,
 * so that it misses nothing and costs a bounded amount of memory.
 *
 * Between reading the last batch and taking from the bus nothing can be lost: both happen in one
 * turn of the event loop, and every event is committed before it is published.
 */
export class EventFeed {
  readonly #options: FeedOptions;
  readonly #capacity: number;
  #sent: number;
  #queue: HouseEvent[] = [];
  /** Whether events are still to be read from the store. */
  #behind = true;
  #wake: (() => void) | undefined;
  #unsubscribe: (() => void) | undefined;
  #closed = false;
  #lagged = false;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#capacity = options.capacity ?? 256;
    this.#sent = options.after;
  }

  /**
   * The next events: at least one, unless the time is up or the feed is closed.
   *
   * @param idle resolves when nothing came for long enough
   */
  async next(idle: Promise<void>): Promise<readonly HouseEvent[]> {
    if (this.#closed) return [];
    this.#unsubscribe ??= this.#options.bus.subscribe((event) => this.#take(event));
    const ready = this.#drain();
    if (ready.length > 0) return ready;
    const woken = new Promise<void>((resolve) => this.#wake = resolve);
    await Promise.race([woken, idle]);
    this.#wake = undefined;
    return this.#drain();
  }

  /**
   * Whether the reader fell behind since this was last asked: how many events of the house, wanted or
   * not, it is behind now. Undefined where it keeps up.
   */
  takeLag(): number | undefined {
    if (!this.#lagged) return undefined;
    this.#lagged = false;
    return this.#options.store.lastEvent() - this.#sent;
  }

  /** Ends the feed; a reader who waits is answered with nothing. Idempotent. */
  close(): void {
    this.#closed = true;
    this.#queue = [];
    this.#unsubscribe?.();
    this.#wake?.();
  }

  #drain(): readonly HouseEvent[] {
    if (this.#closed) return [];
    const { store, filter } = this.#options;
    let events: readonly HouseEvent[] = this.#queue;
    this.#queue = [];
    if (this.#behind) {
      events = store.events({ ...filter, after: this.#sent, limit: batchSize });
      this.#behind = events.length === batchSize;
    }
    this.#sent = events.at(-1)?.id ?? this.#sent;
    return events;
  }

  #take(event: HouseEvent): void {
    if (this.#behind || event.id <= this.#sent || !matches(event, this.#options.filter)) return;
    this.#queue.push(event);
    if (this.#queue.length > this.#capacity) {
      this.#queue = [];
      this.#behind = true;
      this.#lagged = true;
    }
    this.#wake?.();
  }
}

function matches(event: HouseEvent, { agent, kinds, cause }: EventFilter): boolean {
  return (agent === undefined || event.agent === agent) &&
    (kinds === undefined || kinds.includes(event.kind)) &&
    (cause === undefined || event.cause === cause);
}
