import type { Clock } from "../core/clock.ts";
import type { EventDraft } from "../core/events.ts";

/** What may be in trouble while the house goes on with what it can. */
export const vitalParts = ["database", "policy"] as const;

/** A part of the house that may be in trouble. */
export type VitalPart = typeof vitalParts[number];

/** What a {@linkcode Condition} needs. */
export interface ConditionOptions {
  readonly clock: Clock;
  /** Why each part cannot do its work at this moment, if so. */
  readonly troubles: Readonly<Record<VitalPart, () => string | undefined>>;
  /** Takes an event; it may be committed later than it happened. */
  readonly tell: (event: EventDraft) => void;
}

/** Notices when a part of the house fails and when it is back, and tells of both, once each. */
export class Condition {
  readonly #options: ConditionOptions;
  readonly #since = new Map<VitalPart, number>();

  constructor(options: ConditionOptions) {
    this.#options = options;
  }

  /** Looks at every part. To be called now and then. */
  look(): void {
    const { clock, troubles, tell } = this.#options;
    for (const part of vitalParts) {
      const why = troubles[part]();
      const since = this.#since.get(part);
      if (why !== undefined && since === undefined) {
        this.#since.set(part, clock.monotonic());
        tell({ kind: "house.degraded", data: { part, why } });
      } else if (why === undefined && since !== undefined) {
        this.#since.delete(part);
        const lastedMs = Math.round(clock.monotonic() - since);
        tell({ kind: "house.recovered", data: { part, lastedMs } });
      }
    }
  }
}
