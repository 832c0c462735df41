import { Gauge, Registry } from "prom-client";
import type { ApiHouse } from "../house.ts";
import { houseMetrics } from "./house_metrics.ts";

/** The figures of one API; each has a registry of its own, so that two houses do not mix. */
export interface Metrics {
  readonly registry: Registry;
  /** Streams of events that are open. */
  readonly streams: Gauge;
}

/**
 * Counts what happens in a house from now on.
 *
 * @param house whose events are counted
 * @param closing ends it
 */
export function createMetrics(house: ApiHouse, closing: AbortSignal): Metrics {
  const registry = new Registry();
  const end = house.bus.subscribe(houseMetrics(house, registry));
  closing.addEventListener("abort", end, { once: true });
  const streams = new Gauge({
    name: "vivarium_event_streams",
    help: "Streams of events that are open",
    registers: [registry],
  });
  return { registry, streams };
}
