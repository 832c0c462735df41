import type { Cell, CellLimits } from "../cell/types.ts";
import type { Clock } from "../core/clock.ts";
import type { Cause } from "../death/mod.ts";
import type { Store } from "../store/types.ts";

/** The ledger, as far as it is read here. */
export type ReplayStore = Pick<Store, "death" | "genome" | "life" | "step" | "steps">;

/** What a replay needs of the house. */
export interface ReplayPowers {
  readonly store: ReplayStore;
  readonly clock: Clock;
  /** Starts a cell that nobody else uses; it is killed when the replay is over. */
  launch(limits: CellLimits): Promise<Cell>;
}

/** A death that was lived again. */
export interface LivedDeath {
  readonly cause: Cause;
  /** As in the ledger: 0 at birth and between steps. */
  readonly step: number;
  readonly message: string;
}

/** What came of living a death again. */
export interface Replay {
  /** The death's id. */
  readonly id: number;
  /** Whether it died again at the same step of the same cause. */
  readonly same: boolean;
  readonly recorded: { readonly cause: Cause; readonly life: number; readonly step: number };
  /** Null where it did not die again. */
  readonly lived: LivedDeath | null;
  /** What is to be said beside: why it is not the same, or how the end was brought about. */
  readonly why: string | null;
}
