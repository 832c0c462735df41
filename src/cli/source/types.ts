import type { HouseEvent } from "../../core/events.ts";
import type { Json } from "../../core/json.ts";

/** Query parameters; what is undefined is left out. */
export type Query = Readonly<Record<string, string | number | undefined>>;

/** Which events are wanted. */
export interface EventsQuery {
  /** Id of the last event that is known; 0: from the start. @default the newest: from now on */
  readonly after?: number;
  readonly agent?: string | undefined;
  /** Kinds, separated by commas. */
  readonly kind?: string | undefined;
  readonly cause?: string | undefined;
}

/**
 * Where a command reads from: a running house, or a database file. Both speak the API's paths and
 * answers, so that a command is written once.
 */
export interface Source extends AsyncDisposable {
  /** For people: the address, or the file. */
  readonly name: string;
  /** Whether what is read can still change. */
  readonly live: boolean;
  /** A JSON answer. Throws {@linkcode VivariumError} with the code of the problem document. */
  get(path: string, query?: Query): Promise<unknown>;
  /** An answer as it is. */
  bytes(path: string, query?: Query): Promise<Uint8Array<ArrayBuffer>>;
  /** Changes something; a database file refuses, but lives deaths again, which changes nothing. */
  order(
    method: "POST" | "DELETE",
    path: string,
    body?: Json | object,
    query?: Query,
  ): Promise<unknown>;
  /** Id of the newest event. */
  newest(): Promise<number>;
  /**
   * Events in order; with `follow` also those to come, until the signal.
   */
  events(query: EventsQuery, options: {
    readonly follow: boolean;
    readonly signal: AbortSignal;
  }): AsyncIterable<HouseEvent>;
}
