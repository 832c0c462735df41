import type { Json } from "./json.ts";

/** Every kind of event, append-only: what the log, the stream, the metrics and the page are made of. */
export const eventKinds = [
  "house.started",
  "house.stopped",
  "house.degraded",
  "agent.spawned",
  "agent.paused",
  "agent.resumed",
  "agent.stopped",
  "agent.failed",
  "life.started",
  "life.truncated",
  "step.committed",
  "life.died",
  "agent.restarting",
  "agent.stuck",
  "message.dead-letter",
  "reward.added",
  "policy.started",
  "policy.died",
  "policy.version",
  "supervisor.escalated",
  "policy.dropped",
  "house.recovered",
] as const;

/** A kind of event. */
export type EventKind = typeof eventKinds[number];

/** What happened, before it has a place in the stream. `data` holds what the kind needs, as JSON. */
export interface EventDraft {
  /** What kind of thing happened. */
  readonly kind: EventKind;
  /** Name of the agent that it happened to. */
  readonly agent?: string;
  /** Number of its life. */
  readonly life?: number;
  /** Number of the step within the life. */
  readonly step?: number;
  /** Cause of a death. */
  readonly cause?: string;
  /** What the kind needs beside. */
  readonly data: { readonly [key: string]: Json };
}

/** An event as everyone sees it: numbered without gaps in the order of commitment. */
export interface HouseEvent extends EventDraft {
  /** Its place in the stream. */
  readonly id: number;
  /** When it was committed, in milliseconds since 1970. */
  readonly atMs: number;
}

/** Takes an event; must not throw. */
export type EventListener = (event: HouseEvent) => void;

/**
 * One bus for the log, the stream, the metrics and the page. It carries only what is committed;
 * nothing is computed when nobody listens.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * const bus = new EventBus();
 * const heard: number[] = [];
 * const end = bus.subscribe(({ id }) => heard.push(id));
 * bus.publish({ id: 1, atMs: 0, kind: "house.started", data: {} });
 * end();
 * bus.publish({ id: 2, atMs: 0, kind: "house.stopped", data: {} });
 * assertEquals(heard, [1]);
 * ```
 */
export class EventBus {
  #listeners = new Set<EventListener>();

  /**
   * Hears every event from now on.
   *
   * @returns a function that ends the subscription; calling it twice is harmless
   */
  subscribe(listener: EventListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Hands an event to every listener, in order of subscription. */
  publish(event: HouseEvent): void {
    for (const listener of [...this.#listeners]) listener(event);
  }
}
